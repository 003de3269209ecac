# Tuples and lists fall from the last item, whichever way they shrink.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(self.name, end=" ")


def some(word, n=4):
    return [N(word + str(i)) for i in range(n)]


def line(text):
    print("|", text)


a = some("l")
del a
line("list")
a = tuple(some("t"))
del a
line("tuple")
a = some("c")
a.clear()
line("clear")
a = some("s", 6)
del a[1:4]
line("del slice")
del a
line("rest")
a = some("x", 6)
del a[::2]
line("del extended slice")
del a
line("rest")
a = some("a", 4)
a[1:3] = some("b", 1)
line("slice assignment")
a[:] = ()
line("all replaced")
a = some("e", 4)
a[::2] = some("f", 2)
line("extended assignment")
del a
line("rest")
a = some("p", 3)
a.pop()
line("pop")
a.pop(0)
line("pop first")
a *= 0
line("times nothing")
a = some("n", 2), some("m", 2)
del a
line("nested")
a = [[N("deep")], N("flat")]
del a
line("depth first")
a = some("r", 3)
a.sort(key=lambda item: item.name, reverse=True)
del a
line("sorted")
a = some("v", 3)
a = a[::-1]
line("reversed copy")
del a
line("and gone")
(some("y", 2), some("z", 2))
line("a display that nobody keeps")
a = some("i", 3)
a[0], a[1] = N("i4"), N("i5")
line("items replaced")
a = None
line("rebound")
a, *b = some("u", 4)
b = None
line("starred rebound")
a = None
line("first rebound")
