# Class bodies, super, metaclasses, name mangling, class scopes.
class A:
    """Doc of A."""
    x = 1
    y = x + 1
    items = [x for _ in range(2)] if False else [1]

    def f(self):
        return "A.f"

    @staticmethod
    def s(v):
        return v

    @classmethod
    def c(cls):
        return cls.__name__

    @property
    def p(self):
        return self.x


class B(A):
    def f(self):
        return "B." + super().f()

    @classmethod
    def c(cls):
        return "B." + super().c()

    @property
    def p(self):
        return super().p + 10

    def closure(self):
        return [super(B, self).f() for _ in range(1)], (lambda: __class__)()

    def explicit(this):
        return super(B, this).f(), super().s(5)


print(A.__doc__, A().p, B().f(), B.c(), B().p, B().closure(), B().explicit(), A.y, A.__module__, B.__qualname__)


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw)
        return {"injected": 5}

    def __new__(mcs, name, bases, ns, **kw):
        return super().__new__(mcs, name, bases, dict(ns))

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
        cls.kw = kw


class M(A, metaclass=Meta, option=3):
    value = injected + 1


print(M.value, M.kw, type(M).__name__)


class Private:
    __x = 1
    __y__ = 2

    def __get(self):
        return self.__x, self.__y__

    def get(self):
        def inner(__arg):
            return __arg + self.__x
        self.__z = 3
        __local = 4
        return self.__get(), inner(1), self.__z, sorted(self.__dict__), __local, [__k for __k in "ab"]

    class __Inner:
        __v = 5

    def kw(self, *, __k=1):
        return __k

    try:
        import __missing_module
    except ImportError as e:
        message = str(e)


print(Private().get(), [n for n in dir(Private) if "__" not in n[2:] or "Inner" in n], Private().kw(), Private.message)
print(Private.get.__code__.co_varnames)


class _:
    def f(self):
        return self.__a if hasattr(self, "__a") else "no mangling in _"


print(_().f())
x = "global"


def scopes():
    x = "function"

    class C:
        print(x)
        x = "class"
        print(x)
        y = [x for _ in range(1)]

        def m(self):
            return x

    class D:
        x = x
        z = x

    class E:
        nonlocal x
        x = "rebound"

    class F:
        global x
        print(x)
        x = "new global"

    class G:
        def f(self):
            return x
        locals()["x"] = "dynamic"
        print(x)
    return C.y, C().m(), D.z, x, G().f()


print(scopes(), x)


class Late:
    try:
        print(undefined)
    except NameError as e:
        print(e)
    x = x
    print(x)
    del x
    print(x)


def deco(c):
    c.decorated = True
    return c


@deco
@deco
class Decorated(A):
    pass


print(Decorated.decorated)


class Kw(*(A,), **{"metaclass": type}):
    a: int = 1
    b: "str"
    if True:
        c: float


print(Kw.__mro__[1], Kw.__annotations__)


class Classcell:
    def f(self):
        return __class__
    g = lambda self: __class__
    h = [lambda self: __class__ for _ in range(1)]


print(Classcell().f() is Classcell, Classcell().g() is Classcell, Classcell.h[0](0) is Classcell)

try:
    class Bad(A, A):
        pass
except TypeError as e:
    print(e)


class Slots:
    __slots__ = ("a", "__b")

    def __init__(self):
        self.a, self.__b = 1, 2

    def get(self):
        return self.a, self.__b


print(Slots().get(), Slots.__slots__)


class Init:
    def __init_subclass__(cls, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag


class Sub(Init, tag="t"):
    pass


print(Sub.tag)


class Descriptor:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)

    def __get__(self, obj, owner=None):
        return "got", obj is None

    def __set__(self, obj, value):
        print("set", value)

    def __delete__(self, obj):
        print("delete")


class Owner:
    d = Descriptor()


o = Owner()
print(o.d, Owner.d)
o.d = 5
del o.d
