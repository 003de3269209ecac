# Finalizers of a cycle run in order of making, each once; then the cycle falls.
import gc

gc.disable()


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, end=" ")


def ring(*names):
    nodes = [N(name) for name in names]
    for i, node in enumerate(nodes):
        node.next = nodes[(i + 1) % len(nodes)]
    return nodes[0]


r = ring("a")
del r
print(gc.collect() > 0)
r = ring("a", "b", "c")
del r
print(gc.collect() > 0)
r = ring(*"abcdefgh")
r.next.next.extra = N("extra")
del r
print(gc.collect() > 0)
x, y = ring("x0", "x1"), ring("y0", "y1")
del y
print(gc.collect() > 0)
del x
print(gc.collect() > 0)
x = ring("p0", "p1")
y = ring("q0", "q1")
x.to, y.to = y, x
del x, y
print(gc.collect() > 0)
x = [N("list item")]
x.append(x)
del x
print(gc.collect() > 0)
d = {"k": N("dict value")}
d["d"] = d
del d
print(gc.collect() > 0)
t = ([N("in tuple")],)
t[0].append(t)
del t
print(gc.collect() > 0)


class Counts:
    calls = 0

    def __del__(self):
        Counts.calls += 1
        self.again = self


for i in range(3):
    c = Counts()
    c.me = c
    del c
    gc.collect()
    gc.collect()
print(Counts.calls)


class Breaks:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("breaks", self.name, end=" ")
        self.other = None


a, b = Breaks("a"), Breaks("b")
a.other, b.other = b, a
del a, b
print(gc.collect() > 0)


class New:
    def __del__(self):
        n = N("made in a finalizer")
        n.me = n


x = New()
x.me = x
del x
print(gc.collect() > 0)
print(gc.collect() > 0)
x = ring("hung", "ring")
x.tail = [N("tail0"), N("tail1")]
del x
print(gc.collect() > 0)
gc.enable()
gc.set_threshold(50)
r = ring("found by the threshold")
del r
junk = []
for i in range(200):
    junk.append([])
print("|")
gc.set_threshold(700, 10, 10)
