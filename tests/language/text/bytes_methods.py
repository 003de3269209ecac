"""Methods of bytes and bytearray that text has too, and those of their own; arguments of every kind."""


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


def shown(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return repr(result)


VALUES = b"", b"a", b"Hello World", b"  \t spaced \n\r\x0b", b"ab12", b"\x00\xff\x80", b"aaa", b"A\r\nb\rc\nd", b"x=1=2", b"ABC", b"abc", b"+12", b"-", b"1"
NO_ARGS = ("capitalize", "title", "swapcase", "upper", "lower", "isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper",
           "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "expandtabs", "hex", "decode", "copy", "__bytes__", "__repr__", "__str__",
           "__getnewargs__")
ARGS = {
    "strip": ((None,), (b"aA ",), (b"",), ("a",), (bytearray(b" d"),), (memoryview(b" H"),)),
    "lstrip": ((b"H ",), (5,)), "rstrip": ((b"d \n",), (5,)),
    "split": ((b"=",), (b"=", 1), (None, 1), (b"", ), (b"l", -1), ("=",), (b"xx", 3), (b"=", 0)),
    "rsplit": ((b"=",), (b"=", 1), (None, 1), (b"",), (b"l", 1)),
    "partition": ((b"=",), (b"",), ("=",), (b"zz",)), "rpartition": ((b"=",), (b"",), (b"l",)),
    "splitlines": ((True,), (False,), (5,)), "expandtabs": ((4,), (0,), (-1,)),
    "find": ((b"a",), (97,), (256,), (b"",), (b"", 5), (b"l", 3), (b"l", -3, -1), ("a",), (Index(97),), (b"a", None, None), (b"a", Index(1)), (b"", 100)),
    "rfind": ((b"a",), (97,), (b"",), (b"l", 3), (b"l", -3, -1)), "index": ((b"a",), (97,), (b"zz",), (-1,)), "rindex": ((b"a",), (97,), (b"zz",)),
    "count": ((b"a",), (97,), (b"",), (b"aa",), (b"l", 3, 5)),
    "startswith": ((b"H",), ((b"x", b"a"),), ("a",), (["a"],), (b"", 20), ((),), (("a",),)), "endswith": ((b"d",), ((b"x", b"a"),), ("a",), (b"", 0, 0), (b"o", 0, 5)),
    "removeprefix": ((b"He",), (b"",), ("a",)), "removesuffix": ((b"ld",), (b"",), (5,)),
    "ljust": ((20,), (20, b"*"), (20, b"**"), (-1,), (20, "*")), "rjust": ((20, b"*"), (20, bytearray(b"-"))), "center": ((20,), (21, b"*"), (20, 5)),
    "zfill": ((5,), (0,), (-3,), (2**70,)),
    "replace": ((b"a", b"bb"), (b"", b"-"), (b"", b"-", 2), (b"aa", b""), (b"l", b"L", 1), ("a", b"b"), (b"a", b"a"), (b"aaa", b"b", -1)),
    "translate": ((None,), (None, b"a"), (bytes(range(256))[::-1],), (b"x",), (bytes(256), b"ab"), ("a",)),
    "hex": ((":",), (b"-", 2), (":", -3), ("::",), (5,), ("é",), (":", 0)),
    "decode": (("ascii",), ("ascii", "replace"), ("latin-1",), ("utf-16",), ("nothing",), (5,)),
    "join": (([b"a", b"b"],), ([],), ((b"a", bytearray(b"c"), memoryview(b"d")),), (["a"],), (5,), ((x for x in (b"1", b"2")),)),
    "__contains__": ((b"a",), (97,), (256,), ("a",), (b"",)), "__getitem__": ((0,), (-1,), (slice(None, None, 2),), (slice(5, 1, -1),), (100,), ("a",), (Index(0),), (2**70,)),
    "__add__": ((b"x",), (bytearray(b"y"),), ("z",), (memoryview(b"m"),)), "__mul__": ((0,), (2,), (-1,), (2**70,), ("a",), (Index(3),)), "__rmul__": ((2,),),
    "__lt__": ((b"b",), ("b",), (bytearray(b"z"),)), "__eq__": ((b"a",), (bytearray(b"a"),), (memoryview(b"a"),), ("a",)), "__ge__": ((b"",),), "__ne__": ((b"a",),),
    "__mod__": ((5,), (b"",), ((),)),
}
for value in VALUES:
    for kind in bytes, bytearray:
        for name in NO_ARGS:
            if hasattr(kind, name):
                print(kind.__name__, value, name, shown(getattr(kind(value), name)))
        for name, all_args in ARGS.items():
            for n, args in enumerate(all_args):
                print(kind.__name__, value, name, n, shown(getattr(kind(value), name), *args))

for kind in bytes, bytearray:
    for text in "", "00ff", "0", "0g", " a b ", "ab cd", "\u20ac", b"00", 5, "AbCd\n":
        print("fromhex", ascii(text), shown(kind.fromhex, text))
    print(shown(kind.maketrans, b"abc", b"xyz")[:20], shown(kind.maketrans, b"a", b"xy"), shown(kind.maketrans, "a", "b"))
    for args in (), (5,), (-1,), ("a",), ("é", "utf-8"), ("é", "ascii"), ("é", "ascii", "ignore"), ([1, 2, 3],), ([256],), (["a"],), ((Index(1), Index(255)),), (Index(3),), (Index(-3),), (b"a", "ascii"), (None,), (1.5,), (range(3),), ({1: 2},), (memoryview(b"ab"),), (2**70,), ([2**70],), (iter([1]),):
        print(kind.__name__, [type(a).__name__ for a in args], shown(kind, *args))
    print(shown(kind, source=b"a"), shown(kind, "a", encoding="ascii"), shown(kind, errors="strict"), shown(kind, nothing=1), shown(kind, encoding="ascii"))


class Counts(bytes):
    def __bytes__(self):
        return b"called"


class Sub(bytearray):
    pass


print(bytes(Counts(b"x")), shown(Counts, b"x"), type(Counts(b"x").upper()).__name__, type(Sub(b"x").upper()).__name__, type(Sub(b"x") + b"y").__name__, type(Sub(b"x") * 2).__name__, type(Sub(b"a")[:]).__name__)

for format in "%d", "%5d", "%-5d|", "%+d", "% d", "%05d", "%x", "%#x", "%X", "%o", "%#o", "%i", "%u", "%c", "%s", "%r", "%a", "%b", "%%", "%f", "%.2f", "%e", "%g", "%10.3f", "%5s", "%-5s|", "%.1s", "%.3d", "%5c", "%q", "%", "%(a)s", "%(a)d", "%*d", "%.*f", "%ld", "%5%":
    for value in 5, -7, 2.5, b"bytes", "text", [1], b"x", 300, {"a": 1}, {b"a": 2}, (3, 4), (), None, True, 10**30:
        print(format, shown(lambda: format.encode() % value), end=" ")
    print(shown(lambda: bytearray(format.encode()) % 5))

b = bytearray(b"hello")
for name, args in (("append", (33,)), ("append", (256,)), ("append", ("a",)), ("extend", (b"xy",)), ("extend", ([1, 2],)), ("extend", ([256],)), ("extend", ("ab",)), ("extend", (5,)), ("insert", (0, 65)), ("insert", (-100, 66)), ("insert", (100, 67)), ("insert", (0, -1)), ("pop", ()), ("pop", (0,)), ("pop", (100,)), ("remove", (65,)), ("remove", (3,)), ("remove", (999,)), ("reverse", ()),
                   ("__setitem__", (0, 97)), ("__setitem__", (0, 256)), ("__setitem__", (100, 1)), ("__setitem__", (slice(0, 2), b"ZZZ")), ("__setitem__", (slice(None, None, 2), b"....")), ("__setitem__", (slice(None, None, 2), b"..")), ("__setitem__", (slice(1, 1), [1, 2])), ("__setitem__", (slice(0, 1), 5)), ("__setitem__", (slice(0, 1), "a")), ("__setitem__", ("a", 1)), ("__setitem__", (slice(5, 1, -1), b"abcd")), ("__delitem__", (0,)), ("__delitem__", (slice(None, None, 3),)), ("__delitem__", (slice(5, 1, -2),)), ("__delitem__", (100,)), ("__delitem__", ("a",)),
                   ("__iadd__", (b"++",)), ("__iadd__", ("a",)), ("__iadd__", (bytearray(b"-"),)), ("__imul__", (2,)), ("__imul__", (-1,)), ("__imul__", ("a",)), ("extend", (b"again",)), ("__reduce__", ()), ("__reduce_ex__", (2,)), ("__reduce_ex__", (3,)), ("__alloc__", ()), ("__sizeof__", ()), ("clear", ()), ("pop", ())):
    print(name, shown(getattr(b, name), *args) if name not in ("__alloc__", "__sizeof__") else shown(getattr(b, name), *args) > "", b)
for it in iter(b"abc"), iter(bytearray(b"abc")):
    print(it.__length_hint__(), next(it), it.__reduce__()[1:], shown(it.__setstate__, 2), list(it), it.__length_hint__(), it.__reduce__()[1:], shown(it.__setstate__, -5), shown(it.__setstate__, "a"))
