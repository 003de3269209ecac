import gc
import _weakref

gc.disable()


class Node:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def died(ref):
    print("callback", ref() is None)


n = Node("counted")
first = _weakref.ref(n, died)
second = _weakref.ref(n, lambda r: print("second", r() is None))
plain = _weakref.ref(n)
print(plain is _weakref.ref(n), _weakref.getweakrefcount(n))
del n
print(plain(), first(), second())

n = Node("cycle")
n.me = n
outside = _weakref.ref(n, died)
del n
print("collecting", gc.collect())
print(outside())

n = Node("inside")
n.me = n
n.ref = _weakref.ref(n, died)
del n
gc.collect()

kept = []


class Phoenix:
    def __del__(self):
        print("again")
        kept.append(self)


p = Phoenix()
p.me = p
del p
gc.collect()
print(len(kept), type(kept[0]).__name__)
kept.clear()
gc.collect()
print(len(kept))

p = Phoenix()
del p
print(len(kept))
kept.clear()
print("silent now")

proxy_target = Node("proxied")
proxy = _weakref.proxy(proxy_target)
print(proxy.name)
del proxy_target
try:
    proxy.name
except ReferenceError as error:
    print(error)


class Raises:
    def __del__(self):
        del self.gone


a = Node("a")
b = Node("b")
a.other, b.other = b, a
del a, b
print(gc.collect())
print(gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked({}), gc.is_tracked({"a": []}))
