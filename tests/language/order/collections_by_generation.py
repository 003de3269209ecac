# What survives a young collection waits for an older one; each collection finds what is its own.
import gc
from _weakref import ref

gc.disable()
gc.collect()


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, end=" ")


def ring(name):
    n = N(name)
    n.me = n
    return n


young = ring("young")
del young
print(gc.collect(0))
middle = ring("middle")
print(gc.collect(0))
del middle
print(gc.collect(0))
print(gc.collect(1))
old = ring("old")
gc.collect(0)
gc.collect(1)
del old
print(gc.collect(0), gc.collect(1))
print(gc.collect(2))
a, b = ring("in the old generation"), None
gc.collect()
b = ring("young, held by the old")
a.b = b
del b
print(gc.collect(0))
del a
print(gc.collect(0))
print(gc.collect())
frozen = ring("frozen")
gc.freeze()
del frozen
print(gc.collect())
gc.unfreeze()
print(gc.collect())
print([gc.is_tracked(x) for x in (1, "a", (), (1, 2), ([],), {}, {"a": 1}, {"a": []}, [], N, print)])
t = (1, (2, "x"))
print(gc.is_tracked(t))
gc.collect()
print(gc.is_tracked(t), gc.is_tracked(t[1]))
box = [1, 2, {3: 4}]
print([type(x).__name__ for x in gc.get_referents(box, (5, [6]))])
print(sum(x is box for x in gc.get_referrers(box[2])))
r = ring("last")
w = ref(r, lambda w: print("callback", end=" "))
del r
gc.set_threshold(10, 5, 5)
gc.enable()
for i in range(100):
    [[]]
    x = [i]
print(w() is None or gc.collect() > 0)
