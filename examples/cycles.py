"""Cycles: what counting alone can't free, and what the collector makes of them."""
import gc
from _weakref import ref

gc.disable()
gc.collect()


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("   ", self.name, "is finalized")


print("a list in itself")
items = []
items.append(items)
del items
print("    unreachable objects:", gc.collect())

print("three in a ring, and one outside that holds none of them")
a, b, c, outside = Node("a"), Node("b"), Node("c"), Node("outside")
a.next, b.next, c.next = b, c, a
watch = ref(a)
del a, b, c
print("    still there:", watch() is not None)
print("    unreachable objects:", gc.collect() > 0)
print("    still there:", watch() is not None)

print("a cycle that something outside holds is no garbage")
d, e = Node("d"), Node("e")
d.next, e.next = e, d
del d
gc.collect()
print("    e still has", e.next.name)

print("a finalizer may bring its object back, once")


class Phoenix:
    ashes = []

    def __del__(self):
        print("    rises")
        Phoenix.ashes.append(self)


bird = Phoenix()
bird.me = bird
del bird
gc.collect()
print("    alive:", len(Phoenix.ashes))
Phoenix.ashes.clear()
gc.collect()
print("    its finalizer doesn't run again")
e.next = outside = e = None
