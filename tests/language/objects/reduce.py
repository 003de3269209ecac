"""How objects say what they are made of: __reduce_ex__, __getstate__, copyreg, iterators' states."""
import copy
import copyreg
import sys


def shown(function, *args):
    try:
        result = repr(function(*args))
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    return " ".join(word for word in result.replace(">", "").replace("]", "").replace(")", "").replace(",", "").split() if not word.startswith("0x"))


class Plain:
    pass


class Slots:
    __slots__ = "a", "b", "__weakref__"


class Both(Slots):
    __slots__ = "c", "__dict__", "__private"


class Args:
    def __getnewargs__(self):
        return 1, 2


class ArgsEx:
    def __getnewargs_ex__(self):
        return (1,), {"k": 2}


class BadArgs:
    def __getnewargs__(self):
        return [1]


class BadArgsEx:
    def __getnewargs_ex__(self):
        return ((1,), 5)


class BadArgsEx3:
    def __getnewargs_ex__(self):
        return 1, 2, 3


class State:
    def __getstate__(self):
        return "state"


class Int(int):
    pass


class List(list):
    __slots__ = "x",


class Dict(dict):
    pass


class Str(str):
    pass


class Set(set):
    pass


class Reduce:
    def __reduce__(self):
        return Plain, ()


class Raises:
    def __reduce__(self):
        raise KeyError("r")

    def __getstate__(self):
        raise KeyError("s")


class WeirdSlots:
    __slots__ = ()


class NoDict:
    __slots__ = "z",
    __getstate__ = None


def filled(kind):
    one = kind()
    for name in "a", "b", "c", "d", "x", "_Both__private":
        try:
            setattr(one, name, name.upper())
        except AttributeError:
            pass
    return one


kinds = (Plain, Slots, Both, Args, ArgsEx, BadArgs, BadArgsEx, BadArgsEx3, State, Int, List, Dict, Str, Set, Reduce, Raises, WeirdSlots, NoDict, object, int, list, dict, set,
         frozenset, bytearray, complex, float, str, bytes, type, tuple, bool)
for kind in kinds:
    for one in kind() if kind is not type else int, filled(kind) if kind is not type else int:
        print(kind.__name__, shown(one.__getstate__) if hasattr(one, "__getstate__") and one.__getstate__ else "none")
        for protocol in range(5):
            print(" ", protocol, shown(one.__reduce_ex__, protocol))
        print("  reduce", shown(one.__reduce__))
        print("  copies", shown(copy.copy, one), shown(copy.deepcopy, one))
print(shown(object().__reduce_ex__, "a"), shown(object().__reduce_ex__, 2**40), shown(object().__reduce_ex__))

copyreg.pickle(complex, lambda c: (complex, (c.real, c.imag)))
for one in (None, ..., NotImplemented, range(3), range(2**70), slice(1, 2, 3), len, [].append, str.join, int.__add__, int.from_bytes, "a".__add__, Plain.__init__, property(), staticmethod(len), classmethod(len), super(Int, Int(1)), sys, (lambda: 1), (x for x in ()), iter([1, 2]), iter((1, 2)), iter("ab"),
            iter(b"ab"), iter(bytearray(b"ab")), iter({1: 2}), iter({1: 2}.items()), iter({1}), iter(range(3)), iter(range(2**70, 2**70 + 3)), reversed([1, 2]), reversed((1, 2)), reversed({1: 2}), reversed(range(3)), enumerate("ab"), enumerate("ab", 2**70), zip("ab", "cd"), zip("a", strict=True), map(ord, "ab"), filter(None, "ab"), iter(int, 1), iter(memoryview(b"a")),
            list[int], list[int, str], int | str, iter(list[int]), {}.keys(), memoryview(b"a"), sys._getframe(), type(None), type(len), TypeError("a", 1), OSError(2, "no", "f"), StopIteration(5), SystemExit(1), ImportError("m", name="n", path="p"), SyntaxError("m", ("f", 1, 2, "t")), UnicodeDecodeError("a", b"b", 0, 1, "r"), AttributeError("a", name="n", obj=5), NameError("a", name="n"), KeyError(1), BaseExceptionGroup("g", [KeyError()])):
    print(type(one).__name__, shown(one.__reduce_ex__, 0), "|", shown(one.__reduce_ex__, 2), "|", shown(one.__reduce_ex__, 4))
    print("   ", shown(copy.copy, one) if type(one).__name__ not in ("frame", "module") else "")


class Sequence:
    def __getitem__(self, i):
        if i > 4:
            raise IndexError
        return i

    def __len__(self):
        return 5


for make in (lambda: iter([1, 2, 3, 4]), lambda: iter((1, 2, 3, 4)), lambda: iter("abcd"), lambda: iter("a\u20acb\U0001f600"), lambda: iter(b"abcd"), lambda: iter(bytearray(b"abcd")), lambda: iter(range(4)), lambda: iter(range(2**70, 2**70 + 4)), lambda: reversed([1, 2, 3, 4]), lambda: reversed((1, 2, 3, 4)), lambda: reversed(range(4)),
             lambda: iter(Sequence()), lambda: reversed(Sequence()), lambda: enumerate("abcd"), lambda: zip("abcd", strict=True)):
    for state in 0, 2, 3, 4, 5, 100, -1, -100, 2**62, 2**70, "a", None, True, 1.5, (1, 2):
        it = make()
        if type(it).__name__ == "longrange_iterator" and type(state) is not int:
            continue
        next(it)
        print(type(it).__name__, state, shown(it.__setstate__, state) if hasattr(it, "__setstate__") else "", shown(it.__length_hint__) if hasattr(it, "__length_hint__") else "", shown(it.__reduce__), shown(list, it), shown(it.__reduce__), shown(it.__length_hint__) if hasattr(it, "__length_hint__") else "")
