# Deep structures: an exception or a right answer, never the end of the C stack.
import gc
import sys


def outcome(function):
    try:
        return function()
    except (RecursionError, MemoryError, SyntaxError) as error:
        return type(error).__name__


def nested(n):
    x = []
    for _ in range(n):
        x = [x]
    return x


print(outcome(lambda: compile("(" * 100000, "x", "eval")))
print(outcome(lambda: eval("-" * 300000 + "1")) in ("MemoryError", "RecursionError", 1))
deep = nested(100000)
print(outcome(lambda: repr(deep)))
a, b = [], []
a.append(b)
b.append(a)
print(outcome(lambda: a == b))
t = ()
for _ in range(300000):
    t = (t,)
del t
d = first = {}
for _ in range(200000):
    d["n"] = {}
    d = d["n"]
d["n"] = first
del d, first
print(gc.collect() > 200000)


class A:
    pass


A.__call__ = A()
print(outcome(lambda: A()()))


class B:
    def __getattr__(self, name):
        return getattr(self, name)

    def __repr__(self):
        return repr(self)


print(outcome(lambda: B().x), outcome(lambda: repr(B())))
t = int
for _ in range(100000):
    t = (t,)
print(outcome(lambda: isinstance("", t)))
print(type(outcome(lambda: hash(t))).__name__ in ("int", "str"))


def recurse(n):
    return recurse(n + 1)


print(outcome(lambda: recurse(0)))
sys.setrecursionlimit(50)
print(outcome(lambda: recurse(0)))
sys.setrecursionlimit(1000)
g = (next(g) for _ in [1])
try:
    next(g)
except ValueError as error:
    print(error)
f = lambda: f()
print(outcome(f))
s = "x"
for _ in range(3000):
    s = [s]
print(outcome(lambda: str(s)))
