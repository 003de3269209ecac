# Decorators, defaults, annotations, bases: when each is evaluated.
def say(value):
    print(value, end=" ")
    return value


def deco(name):
    print(f"make {name}", end=" ")

    def apply(thing):
        print(f"apply {name}", end=" ")
        return thing
    return apply


@deco("a")
@deco("b")
def f(x: say("ann x") = say("default x"), /, y: say("ann y") = say("default y"), *args: say("ann args"),
      k: say("ann k") = say("default k"), l=say("default l"), **kwargs: say("ann kwargs")) -> say("ann return"):
    print("body")


print("|")
f()
f(say("given"))


@deco("c")
class C(say(object), metaclass=say(type)):
    print("class body", end=" ")
    x: say("ann attribute") = say("value")
    y: say("ann only")


print("|", C.__annotations__)
z: say("module ann") = say("module value")
print("|")
target = {}
target[say("key")]: say("ann of a subscript") = say("value of it")
print("|", target)
C.attr: say("ann of an attribute") = 1
(w): say("in parentheses") = 2
print("|", "w" in __annotations__, "z" in __annotations__)


def local():
    a: say("never evaluated") = say("local value")
    b: undefined_name
    print("|")


local()
g = lambda a=say("lambda default"), *, b=say("lambda keyword"): say("lambda body")
print("|")
g()
print("|")


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases, **kwargs):
        print("prepare", name, sorted(kwargs), end=" ")
        return {}

    def __new__(meta, name, bases, names, **kwargs):
        print("new", name, end=" ")
        return super().__new__(meta, name, bases, names)

    def __init__(cls, name, bases, names, **kwargs):
        print("init", name, end=" ")

    def __call__(cls, *args):
        print("call", args, end=" ")
        return super().__call__(*args)


class Descriptor:
    def __set_name__(self, owner, name):
        print("set_name", name, end=" ")


class Base:
    def __init_subclass__(cls, **kwargs):
        print("init_subclass", cls.__name__, sorted(kwargs), end=" ")


class M(say(Base), metaclass=Meta, key=say("keyword")):
    d = Descriptor()
    e = Descriptor()
    print("body", end=" ")


print("|")
bases = (Base,)


class N(*say(bases), **say({"metaclass": Meta})):
    pass


print("|")
M()
print("|")


class Entries:
    def __mro_entries__(self, bases):
        print("mro_entries", end=" ")
        return (Base,)


class O(Entries(), metaclass=Meta):
    pass


print("|", O.__bases__ == (Base,), O.__orig_bases__[0].__class__.__name__)
x = "outer"


class Scope:
    print(x, end=" ")
    x = "inner"
    print(x, end=" ")

    def method(self, x=x):
        return x
    y = [x for _ in range(1)]


print(Scope().method(), Scope.y)
