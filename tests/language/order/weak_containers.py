# weakref's containers and finalizers: what goes when, in which order.
import gc
import weakref

gc.disable()


class N:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name

    def __del__(self):
        print("del", self.name)


values = weakref.WeakValueDictionary()
a, b = N("a"), N("b")
values["a"], values["b"], values["c"] = a, b, N("at once")
print(sorted(values))
del a
print(sorted(values), len(values))
for key, value in values.items():
    del b
    print("iterating", key)
del value
print(len(values))
keys = weakref.WeakKeyDictionary()
k = N("k")
keys[k] = N("value of k")
del k
print(len(keys))
weak_set = weakref.WeakSet()
x, y = N("x"), N("y")
weak_set.add(x)
weak_set.add(y)
for item in weak_set:
    pass
del item, x
print(len(weak_set))
x = y
x.me = x
del x, y
print(len(weak_set), gc.collect() > 0, len(weak_set))
print("--")
n = N("finalized")
first = weakref.finalize(n, print, "finalize first")
second = weakref.finalize(n, print, "finalize second", end="!\n")
third = weakref.finalize(n, print, "detached")
third.detach()
print(first.alive, third.alive)
del n
print(first.alive, second())
print("--")


class C:
    def method(self):
        return "called"


c = C()
m = weakref.WeakMethod(c.method, lambda r: print("method is gone"))
print(m()())
del c
print(m())
print("--")
at_exit = N("alive at the end")
weakref.finalize(at_exit, print, "finalize at exit, made first")
weakref.finalize(at_exit, print, "finalize at exit, made last")
late = weakref.finalize(at_exit, print, "never")
late.atexit = False
