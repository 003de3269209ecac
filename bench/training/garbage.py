"""Training: memory: trees built and dropped, cycles, weak references, finalizers, collections."""
import gc
from _weakref import ref


class Tree:
    def __init__(self, parent, depth):
        self.parent = parent
        self.children = [Tree(self, depth - 1) for _ in range(3)] if depth else []

    def size(self):
        return 1 + sum(child.size() for child in self.children)


class Counter:
    gone = 0

    def __init__(self, name):
        self.name = name
        self.me = self

    def __del__(self):
        Counter.gone += 1


class Cache:
    def __init__(self):
        self.table = {}

    def get(self, key):
        entry = self.table.get(key)
        value = entry() if entry is not None else None
        if value is None:
            value = Tree(None, 1)
            self.table[key] = ref(value, lambda dead, key=key: self.table.pop(key, None))
        return value


def deep(n):
    chain = None
    for i in range(n):
        chain = [chain, i]
    return chain


total = 0
for turn in range(25):
    total += Tree(None, 5).size()
    chain = deep(3000)
cache = Cache()
for i in range(9000):
    kept = cache.get(i % 50)
    Counter(str(i))
gc.collect()
pool = [{"n": i, "next": None} for i in range(20000)]
for i, entry in enumerate(pool):
    entry["next"] = pool[i * 7 % len(pool)]
gc.collect()
del pool, entry, chain
found = gc.collect()
queue = []
for i in range(60000):
    queue.append((i, [i], {i: None}))
    if len(queue) > 500:
        queue = queue[250:]
functions = [lambda a=i: a + i for i in range(5000)]
print(total, Counter.gone, len(cache.table), sum(f() for f in functions) > 0)
