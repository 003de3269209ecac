# Code that runs in the middle of an operation and pulls the rug from under it.
import gc
import _weakref


def outcome(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


L = [3, 1, 2]
print(outcome(lambda: L.sort(key=lambda v: L.append(0) or v)))


class E:
    def __eq__(self, other):
        L.clear()
        return True


L = [E(), 1, 2]
print(outcome(lambda: L.remove(0)), L)
L = [E(), E()]
print(outcome(lambda: L.index(0)), outcome(lambda: L.count(0)))
L = [E(), E(), E()]
print(outcome(lambda: 5 in L))


class Both:
    def __eq__(self, other):
        X.clear()
        Y.clear()
        return True


X, Y = [Both(), 1], [Both(), 1]
print(outcome(lambda: X == Y))


class K:
    def __init__(self, clear):
        self.clear = clear

    def __hash__(self):
        return 7

    def __eq__(self, other):
        self.clear and D.clear()
        return True


D = {K(True): 1}
print(outcome(lambda: D[K(False)]) in (1, "KeyError"), len(D) in (0, 1))
D = {K(True): 1, 2: 3}
D[K(True)] = 2
print(len(D) >= 1)
S = set()


class H:
    def __hash__(self):
        S.clear()
        return 7


S.update([H()] * 9)
print(len(S))
d = {0: 0}


def grow():
    for k in d:
        d[k + 1] = 0


print(outcome(grow))


class Grow:
    def __del__(self):
        L.append(1)
        L.extend(L)


L = [Grow(), Grow()]
L[:] = []
print(len(L))


class W:
    pass


refs = []
objects = [W() for _ in range(5)]
for o in objects:
    refs.append(_weakref.ref(o, lambda r: refs.clear()))
del o
objects.clear()
print(refs)


class Index:
    def __init__(self, target):
        self.target = target

    def __index__(self):
        self.target.clear()
        return 0


b = bytearray(b"abc")
print(outcome(lambda: b.__setitem__(Index(b), 1)))
b = bytearray(b"abc")
print(outcome(lambda: b.__setitem__(0, Index(b))))
b = bytearray(b"abc")
b.count(Index(b))  # CPython counts in freed memory
L = [1, 2, 3]
print(outcome(lambda: L[Index(L)]))
L = [1, 2, 3]
L[1:] = L
L.extend(L)
print(L)
s = {1, 2, 3}
s -= s
print(s)
L = [1]
L.extend(L.clear() or i for i in range(9))
print(L)


class Hint:
    def __length_hint__(self):
        return 2**62

    def __iter__(self):
        return iter([1, 2])


print(outcome(lambda: list(Hint())) in ([1, 2], "MemoryError: "))


class T:
    class f:
        def __get__(self, instance, owner):
            del T.f
            return 1
    f = f()


print(T().f)


class M(type):
    def mro(cls):
        return [cls, object]


class N(metaclass=M):
    pass


print(N.__mro__ == (N, object))
a = W()
a.__dict__ = a.__dict__
del a.__dict__
a.x = 1
print(a.x, a.__dict__)
print(outcome(lambda: setattr(a, "__dict__", 5)))


class Slots1:
    __slots__ = ("a",)


class Slots2:
    __slots__ = ("b", "c")


print(outcome(lambda: setattr(Slots1(), "__class__", Slots2)))


def closing():
    try:
        yield 1
    finally:
        yield 2


g = closing()
next(g)
print(outcome(g.close))
gc.callbacks.append(lambda *a: gc.collect())
gc.collect()
gc.callbacks.clear()
print(outcome(lambda: list.append((), 1)), outcome(lambda: object.__new__(list)))
print(outcome(lambda: property.__new__(property).fget))
it = iter([1])
it.__setstate__(2**40)
print(list(it))
print(outcome(lambda: (lambda **k: k)(**{1: 2})))
print(len((lambda *a: a)(*[0] * 10**6)))
