# options: -X memory-limit=24m
# differs: python3.11 has no limit
# With the collector off, cyclic garbage of ten times the limit goes in emergency collections; what would run Python code in
# dying waits.
import _weakref
import gc

gc.disable()


class Node:
    pass


class Slots:
    __slots__ = ("a", "b", "__weakref__")


class Finalized:
    def __del__(self):
        deaths[0] = "finalized"


deaths = [None, None]


def ring(n):
    first = last = Node()
    for i in range(n):
        last.next = Node()
        last.next.data = {"self": last.next, i: [last.next] * 9, (i, "x"): bytearray(300)}
        last = last.next
    last.next = first
    return first


def functions(n):
    def f():
        return f, Node()
    f.items = [f, Slots(), lambda: f] * n
    f.items[1].a = f.items
    return f


def class_with_instances(n):
    cls = type("Local", (Node,), {"method": lambda self: cls})
    cls.all = [cls() for _ in range(n)]
    return cls


def caught():
    try:
        raise ValueError([0] * 100)
    except ValueError as error:
        kept = error                        # a ring of exception, traceback and frame
        return kept


def iterators(n):
    x = []
    x.append(map(id, iter(x)))
    x.append(zip(x, enumerate(x)))
    x.extend([(x, n)] * n)
    return x


for i in range(60):
    ring(1000)
    functions(1000)
    class_with_instances(500)
    for _ in range(100):
        caught()
        iterators(500)
print("garbage went")

# A weak reference without a callback is cleared; one with a callback keeps its group for a safe point.
node = ring(10)
plain = _weakref.ref(node)
del node
while plain() is not None:
    ring(1000)
print("weak reference cleared")

one = Finalized()
one.me = one
watched = Node()
watched.me = watched
watch = _weakref.ref(watched, lambda ref: deaths.__setitem__(1, "called back"))
del one, watched
for i in range(40):
    ring(1000)
print(deaths)
gc.collect()
print(deaths)


def full():
    x = []
    try:
        while True:
            x.append(Finalized())
            x[-1].ring = x
    except MemoryError:
        return len(x)


# Rings with finalizers go at the safe point after a refusal, if the collector is on.
gc.enable()
gc.set_threshold(0)
first, second, third = [full() for i in range(3)]
print(second > first // 2, third > first // 2)
