"""A subclass of deque whose copies are no deques; items that look at the deque that lets them go."""
from collections import deque


class Sometimes(deque):
    works = True

    def __new__(cls, *args):
        return super().__new__(cls) if cls.works else 5


d = Sometimes([1, 2])
Sometimes.works = False
for make in lambda: d * 2, lambda: 2 * d, lambda: d + d, lambda: d.copy():
    try:
        print(make())
    except TypeError as error:
        print(error)


class Adds:
    n = 0

    def __del__(self):
        Adds.n += 1
        print(len(items), end=" ")
        if Adds.n < 10:
            items.append(Adds())


items = deque()


def replace():
    items.__init__([1])


def repeat():
    items.__imul__(0)


for empty in items.clear, replace, repeat:
    items.extend((Adds(), Adds()))
    empty()
    print("then", len(items))
Adds.n = 10
items.clear()
