"""Descriptors of built-in types: what they say of themselves, and calls of slots by name."""
import warnings

warnings.simplefilter("ignore")


def shown(function, *args, **kwargs):
    try:
        result = repr(function(*args, **kwargs))
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    return " ".join(word for word in result.split() if not word.startswith("0x"))


class C:
    """Doc."""
    __slots__ = "s",

    def m(self):
        pass

    @staticmethod
    def sm(a):
        return a

    @classmethod
    def cm(cls):
        return cls

    @property
    def p(self):
        """property doc"""


c = C()
things = {
    "slot wrapper": int.__add__, "method wrapper": (1).__add__, "method descriptor": str.join, "bound builtin": "a".join, "classmethod descriptor": dict.__dict__["fromkeys"], "getset": type.__dict__["__name__"], "member": C.__dict__["s"],
    "member of built-in": slice.__dict__["start"], "static": C.__dict__["sm"], "class": C.__dict__["cm"], "property": C.__dict__["p"], "function": C.m, "bound": c.m, "builtin": len, "static builtin": str.maketrans, "proxy": type.__dict__["__dict__"].__get__(C), "getset dict": type.__dict__["__dict__"],
}
for title, thing in things.items():
    print(title, type(thing).__name__, shown(repr, thing)[:60])
    for name in "__name__", "__qualname__", "__doc__", "__objclass__", "__self__", "__text_signature__", "__module__", "__func__", "__wrapped__", "__isabstractmethod__", "__get__", "__set__", "__delete__", "__call__", "__hash__", "__reduce__":
        value = shown(getattr, thing, name)
        if name in ("__get__", "__set__", "__delete__", "__call__", "__hash__", "__reduce__"):
            value = "Error" not in value
        elif name in ("__doc__", "__text_signature__"):
            value = value.startswith("AttributeError")
        print("  ", name, value)
    print("   eq", thing == thing, thing != thing, shown(lambda: thing < thing), hash(thing) == hash(thing) if title != "proxy" else "")
    for args in (), (1,), (1, 2), ("a", "b"), (C,), (c,), ([], []), (int, "b"):
        print("   call", [type(a).__name__ for a in args], shown(thing, *args), shown(getattr(thing, "__get__", None) or (lambda *a: "none"), *args)[:50])
    print("   keywords", shown(thing, 1, x=2))
    print("   reduce", shown(thing.__reduce_ex__, 2)[:60] if title not in ("proxy", "classmethod descriptor") else "")

CALLS = {
    "__pow__": ((2,), (2, 3), (2, 3, 4), ()), "__rpow__": ((2,), (2, 3)), "__ipow__": ((2,), (2, 3)), "__add__": ((1,), (), (1, 2)), "__bool__": ((), (1,)), "__len__": ((), (1,)),
    "__getitem__": ((0,), ("a",), (2**70,), (-1,), ()), "__setitem__": ((0, 1), (0,), ("a", 1), (-1, 5)), "__delitem__": ((0,), (0, 1), (-1,)), "__contains__": ((1,), ()), "__iter__": ((), (1,)), "__next__": ((), (1,)),
    "__lt__": ((1,), (), (1, 2)), "__gt__": ((1,),), "__eq__": ((1,),), "__ge__": ((1,),), "__call__": ((), (1,)), "__get__": ((1,), (1, 2), (None, None), (), (None,)), "__set__": ((1, 2), (1,)), "__delete__": ((1,), ()),
    "__getattribute__": (("x",), (1,), ()), "__setattr__": (("x", 1), (1, 2), ("x",)), "__delattr__": (("x",), (1,)), "__init__": ((), (1,), (1, 2)), "__repr__": ((), (1,)), "__str__": ((),), "__int__": ((),), "__float__": ((),), "__index__": ((),), "__neg__": ((), (1,)),
    "__del__": ((),), "__iadd__": (([1],), (5,)), "__imul__": ((2,), ("a",)), "__mul__": ((2,), ("a",), (2**70,)), "__rmul__": ((2,), ("a",)), "__reversed__": ((),), "__divmod__": ((2,), (0,)), "__rdivmod__": ((2,),), "__matmul__": ((1,),), "__format__": (("",), (5,), ("d",)), "__sizeof__": ((1,),), "__dir__": ((1,),), "__init_subclass__": ((), (1,)), "__subclasshook__": ((), (1,)),
}
for make in lambda: 5, lambda: 2.5, lambda: "abc", lambda: [1, 2, 3], lambda: (1, 2, 3), lambda: {1: 2}, lambda: {1}, lambda: b"ab", lambda: bytearray(b"ab"), lambda: range(3), lambda: iter([1]), lambda: len, lambda: C.m, lambda: property(), lambda: c, lambda: None, lambda: ..., lambda: C, lambda: slice(1), lambda: 1j, lambda: True, lambda: (x for x in "a"):
    for name, all_args in CALLS.items():
        one = make()
        if not hasattr(one, name):
            continue
        for args in all_args:
            one = make()
            print(type(one).__name__, name, args, shown(getattr(one, name), *args), shown(getattr(type(one), name), one, *args)[:40])
    print(shown(getattr(type(one), "__repr__")), shown(getattr(type(one), "__repr__"), object()))


class Everything:
    """Each operator by its special method."""


for name in "add sub mul matmul truediv floordiv mod pow lshift rshift and or xor".split():
    for form in "", "r", "i":
        setattr(Everything, f"__{form}{name}__", (lambda text: lambda self, other: text)(form + name))
for name in "neg pos abs invert".split():
    setattr(Everything, f"__{name}__", (lambda text: lambda self: text)(name))
Everything.__call__ = lambda self, *a, **k: (a, k)
Everything.__setitem__ = lambda self, k, v: print("set", k, v)
Everything.__delitem__ = lambda self, k: print("del", k)
Everything.__getitem__ = lambda self, k: k
Everything.__len__ = lambda self: 3
import operator

e = Everything()
for f in operator.add, operator.sub, operator.mul, operator.matmul, operator.truediv, operator.floordiv, operator.mod, operator.pow, operator.lshift, operator.rshift, operator.and_, operator.or_, operator.xor, operator.iadd, operator.isub, operator.imul, operator.imatmul, operator.itruediv, operator.ifloordiv, operator.imod, operator.ipow, operator.ilshift, operator.irshift, operator.iand, operator.ior, operator.ixor:
    print(f.__name__, shown(f, e, 1), shown(f, 1, e), shown(f, e, e))
print(-e, +e, abs(e), ~e, e(1, a=2), e[1:2], e[-1], shown(list, zip(e, range(2))))
e[-1] = 5
e[1:2] = 6
del e[-1], e[::2]
for op in "+", "-", "*", "@", "/", "//", "%", "**", "<<", ">>", "&", "|", "^":
    x = y = e
    exec(f"x {op}= 1")
    print(op, x)

for kind in type(None), type(...), type(NotImplemented), bool, range, slice, enumerate, reversed, zip, map, filter, super, property, staticmethod, classmethod, frozenset, type(len), type(iter([])), memoryview, type({}.keys()), type(c.m), type(int.__add__), type(str.join):
    print(kind.__name__, [shown(kind, *args)[:70] for args in ((), (1,), ("a", 1), (1, 2, 3, 4))], shown(kind, x=1)[:60], shown(lambda: type("Sub", (kind,), {}).__mro__)[:60], shown(object.__new__, kind)[:60])
print(bool(None), shown(bool, NotImplemented), None.__class__, repr(...), (...).__reduce__(), NotImplemented.__reduce__(), shown(None.__bool__))

mapping = type.__dict__
print(type(mapping).__name__, "mro" in mapping, shown(lambda: mapping | {"a": 1})[:1], shown(lambda: mapping.__ior__({}))[:50], len(list(reversed(mapping))) == len(mapping), len(mapping.copy()) == len(mapping), str(mapping)[:1], len(list(mapping.values())) == len(mapping), shown(lambda: mapping["nothing"]), mapping.get("nothing", 5), shown(setattr, C.__dict__, "x", 1), shown(lambda: C.__dict__.__setitem__), shown(type(mapping), {"a": 1}), shown(type(mapping), [1]), type(mapping)({1: 2}) == {1: 2}, {1: 2} | type(mapping)({3: 4}), shown(lambda: type(mapping)({3: 4}) | [1]))
for name, values in {"__name__": ("D", "", "a\0b", 5, "\ud800"), "__qualname__": ("X.D", 5), "__module__": ("m", 5), "__doc__": ("doc", None, 5), "__annotations__": ({}, 5), "__bases__": ((), 5, (int,), (object,)), "__abstractmethods__": ({"a"}, 5, ()), "__dict__": ({},), "__mro__": ((),), "__base__": (int,), "__weakref__": (1,), "__class__": (int, type)}.items():
    class D:
        x = 1
    for value in values:
        print(name, ascii(value), shown(setattr, D, name, value), ascii(shown(getattr, D, name))[:60], shown(D)[:40])
    print(name, "del", shown(delattr, D, name), shown(getattr, D, name)[:60], shown(setattr, int, name, values[0]))
