# Inline caches: attributes of several classes at one place, super() in methods, and what makes each of them wrong.
import _weakref


class A:
    def __init__(self, a):
        self.a = a


class B:
    def __init__(self, a):
        self.z = 0
        self.a = a


class C:
    __slots__ = ("b", "a")

    def __init__(self, a):
        self.a = a


class D:
    a = "class"


class E:
    @property
    def a(self):
        return "property"


class F:
    def __getattr__(self, name):
        return name * 2


def read(objects, n):
    out = []
    for i in range(n):
        try:
            out.append(objects[i % len(objects)].a)
        except AttributeError as error:
            out.append(str(error))
    return out


for kinds in ([A, B], [A, C], [A, B, C], [A, B, C, D], [C, B, A, A], [A, D], [E, A], [A, B, C, D, E, F], [C, F, C, B]):
    made = [k() if k in (D, E, F) else k(k.__name__) for k in kinds]
    print(sorted(set(read(made, 400))), read(made, 500)[-7:])

made = [A(1), B(2), C(3)]
print(read(made, 300)[-3:])
del made[0].a, made[2].a
print(read(made, 300)[-3:])
made[0].a = 5
made[1].__dict__["a"] = 6
made[2].a = 7
print(read(made, 300)[-3:])
B.a = property(lambda self: "now a property")
print(read(made, 300)[-3:])
made[0].__class__ = D
print(read(made, 300)[-3:])


class Base:
    def __init__(self, *args):
        self.args = args

    def step(self, a):
        return ("Base", a)

    @classmethod
    def of(cls, a):
        return (cls.__name__, a)


class Left(Base):
    def __init__(self, *args):
        super().__init__("left", *args)

    def step(self, a):
        return ("Left",) + super().step(a)

    @classmethod
    def of(cls, a):
        return ("Left",) + super().of(a)


class Right(Base):
    def step(self, a):
        return ("Right",) + super().step(a)


class Both(Left, Right):
    def __init__(self):
        super().__init__("both")

    def step(self, a):
        inner = lambda: self
        return ("Both",) + super().step(a) + (inner() is self,)

    @property
    def name(self):
        return super().__repr__()[:5]

    def missing(self):
        return super().nothing()

    def deleted(self):
        del self
        return super().step(1)

    def rebound(self, other):
        self = other
        return super().step(2)

    def kept(self):
        s = super()
        return s.step(3), s.of(4), s.args if hasattr(s, "args") else None


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        return type(error).__name__, str(error)


def use(n):
    for i in range(n):
        thing = (Both, Left, Right)[i % 3]() if i % 7 else Both()
        out = thing.step(i), thing.args, type(thing).of(i)
        b = Both()
        last = [attempt(f) for f in (b.missing, b.deleted, b.kept)], attempt(b.rebound, Left()), attempt(b.rebound, Both()), b.name
    return out, last


print(use(60))
Base.step = lambda self, a: ("new", a)
print(use(60))
Left.__bases__ = (Right,)
print(use(60))
Base.step = staticmethod(lambda a: ("static", a))
print(use(60))
print(Both.of(1), Both().step(2))


class Odd(Base):
    def set_class(self):
        nonlocal_class = lambda: __class__
        return super().step(1), nonlocal_class().__name__

    def step(self, a):
        nonlocal __class__
        old = __class__
        if a > 50:
            __class__ = 5
        try:
            return super().step(a)
        finally:
            __class__ = old


Base.step = lambda self, a: a
print([attempt(Odd().step, i) for i in range(45, 54)], Odd().set_class())
super_ = super


def shadowed(n):
    class S(Base):
        def step(self, a):
            return super().step(a)

    return [S().step(i) for i in range(n)][-1]


print(shadowed(9))
super = lambda: Base()
print(shadowed(9) == 8)


class Sized:
    def __len__(self):
        return 7


def lengths(function, things, n):
    out = []
    for i in range(n):
        function(things[i % len(things)])
        out.append(function(things[i % len(things)]))
    return out[-len(things):]


print(lengths(id, [1], 30) != [], lengths(lambda x: x, [5], 30), lengths(len, [Sized(), [1], {2}, range(3), "abcd", b"", {}], 200))
print(lengths(abs, [-1], 30), lengths(len, [Sized()], 70), lengths(lambda x: [x], [5], 130))



order = []


class Owner:
    def method(self, a, b=None):
        order.append(("called", a))
        return a


def made(owner):
    method = owner.method
    refs.append(_weakref.ref(method, lambda ref: order.append(("gone", made_again(1, 2, 3)))))
    return method


def made_again(a, b, c):
    return [a, b, c]


refs = []
for i in range(8):
    order.append(made(Owner())(i))
print(order)
