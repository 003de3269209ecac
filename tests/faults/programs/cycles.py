# Cycles, weak references, finalizers and collections.
import gc
from _weakref import ref


class Node:
    def __init__(self, name):
        self.name = name
        self.me = self


nodes = [Node(i) for i in range(40)]
refs = [ref(node, lambda dead: None) for node in nodes]
for a, b in zip(nodes, nodes[1:]):
    a.next = b
nodes[-1].next = nodes[0]
del nodes, a, b
gc.collect()
print(sum(r() is None for r in refs))
items = []
items.append((items, {"x": items}))
del items
gc.collect()
print(len(gc.garbage))
