# collections.OrderedDict: moving keys, popping from both ends, comparing, iterating while it changes.
from collections import OrderedDict as O

o = O(a=1, b=2)
o["c"] = 3
o.move_to_end("a")
print(o)
o.move_to_end("b", False)
o.move_to_end("c", last=False)
print(o, list(reversed(o)), o.keys(), list(reversed(o.items())))
print(o.popitem(), o.popitem(last=False), o)
for i in range(1000):
    o[i] = i
    o.move_to_end(i, False)
for i in range(990):
    o.popitem(i % 2 == 0)
print(o, o == O(o.items()), o.copy() | {3: 4}, o == {**o}, o == O(reversed(o.items())))


def show(source):
    try:
        print(source, eval(source))
    except Exception as error:
        print(source, type(error).__name__, error)


CASES = """\
O().popitem()
O(a=1).popitem(False)
O().move_to_end(1)
O().pop()
O().pop(1)
O().pop(1, 2)
O().pop(key=1)
O().setdefault()
O().fromkeys([1, 2], 3)
O(1, 2)
O([1])
O([(1, 2, 3)])
O([(1,)])
O([()])
O() | 1
O(a=1) | {'b': 2}
{'b': 2} | O(a=1)
O(a=1) == {'a': 1}
O(a=1, b=2) == O(b=2, a=1)
O(a=1, b=2) != O(b=2, a=1)
O(a=1) < O()
O(a=1).copy()
O(a=1).update(1, 2)
O(a=1).update(b=3)
O.fromkeys()
O().popitem(1, 2)
O().move_to_end()
O().setdefault(key=1, default=3)
O().clear(1)
O(a=1).__reduce__()[:4]
"""
for case in CASES.splitlines():
    show(case)


def changed(action):
    o = O(a=1, b=2, c=3)
    try:
        for key in o:
            action(o)
    except RuntimeError as error:
        print(error)


changed(lambda o: o.move_to_end("a"))
changed(lambda o: o.update(z=1))
changed(lambda o: o.pop("c"))
changed(lambda o: o.clear())


class P(O):
    def __repr__(self):
        return "P"

    def __missing__(self, key):
        return "missing"


p = P(a=1)
p.x = 5
print(p["zz"], p.pop("zz", 3), p.copy(), p | {}, type({} | p).__name__, type(O() | p).__name__, p.__reduce__()[2])
o = O()
o["x"] = o
print(o)
