# Arguments to parameters, and every TypeError when they don't fit.
import sys


def show(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except TypeError as error:
        print("TypeError:", error)


def plain(a, b, c):
    return a, b, c


def defaults(a, b=2, c=3):
    return a, b, c


def posonly(a, b=2, /, c=3):
    return a, b, c


def kwonly(a, *, b, c=3):
    return a, b, c


def several(*, x, y, z):
    return x, y, z


def star(a, *args, b=1, **kwargs):
    return a, args, b, sorted(kwargs.items())


def eats(*args, **kwargs):
    return args, kwargs


def posonly_and_rest(a, /, **kwargs):
    return a, kwargs


for f in plain, defaults, posonly, kwonly, several, star, eats, posonly_and_rest:
    print(f.__name__)
    show(f)
    show(f, 1)
    show(f, 1, 2)
    show(f, 1, 2, 3)
    show(f, 1, 2, 3, 4)
    show(f, a=1)
    show(f, 1, b=5)
    show(f, 1, b=5, c=6)
    show(f, 1, a=5)
    show(f, 1, d=5)
    show(f, a=1, b=2, c=3, d=4)
    show(f, x=1)
    show(f, x=1, y=2)
    show(f, z=1, y=2, x=3)
    show(f, 1, 2, 3, 4, 5, b=2)
    show(f, *(1, 2), **{"c": 9})
    show(f, *[1], *[2], **{"b": 9}, **{"c": 1})

for call in ("plain(1, b=2, b=3)",):
    try:
        compile(call, "x", "eval")
    except SyntaxError as error:
        print(error.msg)


class Mapping:
    def keys(self):
        return ["b", "c"]

    def __getitem__(self, key):
        return key * 2


print(defaults(1, **Mapping()))
for bad in (lambda: plain(*1), lambda: plain(**1), lambda: plain(1, **{"a": 2, "b": 1, "c": 1}),
            lambda: eats(**{"a": 1}, **{"a": 2}), lambda: eats(**{1: 2}), lambda: eats(*None), lambda: print(1, bad=2),
            lambda: (1)(), lambda: "x".join(), lambda: len(), lambda: len(1, 2), lambda: [].append(1, 2)):
    try:
        print(bad())
    except TypeError as error:
        print("TypeError:", error)


class Init:
    def __init__(self, a, b=2, *args, k=0, **kwargs):
        self.all = a, b, args, k, kwargs


print(Init(1).all, Init(1, 2, 3, k=4, z=5).all, Init(a=1, b=2).all)
for bad in (lambda: Init(), lambda: Init(1, a=2), lambda: object(1), lambda: type("T", (), {})(1)):
    try:
        bad()
    except TypeError as error:
        print("TypeError:", error)


class Wrong:
    def __init__(self):
        return 1


for _ in range(10):
    try:
        Wrong()
    except TypeError as error:
        message = error
print(message)


class New:
    def __new__(cls, *args):
        self = super().__new__(cls)
        self.args = args
        return self


print(New(1, 2).args)


class Callable:
    def __call__(self, *args, **kwargs):
        return args, kwargs

    def method(self, x, y=1):
        return x, y


c = Callable()
print(c(1, k=2), c.method(1), c.method(1, y=5), Callable.method(c, 3))
m = c.method
print(m(4), m(x=1, y=2), m == c.method, m is c.method, hash(m) == hash(c.method))
show(m)
show(m, 1, 2, 3)
print(len(eats(*range(1000))[0]), eats(*range(300), **{"k%d" % i: i for i in range(300)})[1]["k299"])


def decorate(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper


@decorate
@decorate
def added(a, b=10):
    return a + b


for i in range(8):
    print(added(i), added(i, b=i), added(a=i, b=1))


def recursive(n):
    return 0 if n == 0 else 1 + recursive(n - 1)


print(recursive(900))
sys.setrecursionlimit(20000)
print(recursive(15000))
sys.setrecursionlimit(1000)


def endless():
    return endless() + 1


for _ in range(3):
    try:
        endless()
    except RecursionError as error:
        print(error)


class Endless:
    def __getattr__(self, name):
        return getattr(self, name)

    def __repr__(self):
        return repr(self)

    def __eq__(self, other):
        return self == other


for bad in (lambda: Endless().x, lambda: repr(Endless()), lambda: Endless() == 1):
    try:
        bad()
    except RecursionError as error:
        print("RecursionError")


def swap(n, a, b):
    while n:
        n, a, b = n - 1, b, a
    return a, b


print(swap(7, 1, 2))
print((lambda *a, **k: (a, k))(1, x=2), (lambda: 5)())
print([f(2) for f in [lambda x, i=i: x * i for i in range(4)]])
default = []


def shared(x, into=default):
    into.append(x)
    return into


shared(1)
print(shared(2), default, shared.__defaults__)
shared.__defaults__ = ([],)
print(shared(3), default)


def changed(a):
    return a


for _ in range(10):
    changed(1)
changed.__code__ = (lambda a: a * 100).__code__
print(changed(2))
changed.__code__ = (lambda a, b=0: (a, b)).__code__
show(changed, 2)
changed.__defaults__ = (7,)
print(changed(2))
kwonly.__kwdefaults__ = {"b": 1, "c": 2}
print(kwonly(0))
