# Encodings and error handlers: what each gives for good and for broken input, and how handlers of our own are treated.
import _codecs

BYTES = [b"", b"abc", b"a\xc3\xa9\xe1\x88\xb4\xf0\x9f\x98\x80z", b"\xff", b"a\x80b", b"\xc3", b"\xe1\x88", b"\xf0\x9f\x98", b"\xed\xa0\x80x", b"\xf4\x90\x80\x80",
         b"\xc0\x80", b"\xe0\x80\x80", b"\xc3(", b"\xe1\x88(", b"a" * 40 + b"\xff" + b"b" * 40, b"\xff\xfea\0b\0", b"\xfe\xff\0a\0b", b"a\0\0\xd8b\0", b"\0\xdc",
         b"\0\xd8", b"a", b"\xff\xfe\0\0a\0\0\0", b"\0\0\xfe\xff\0\0\0a", b"\0\xd8\0\0", b"\xff\xff\xff\xff", b"a\0\0", b"+AGE-b", b"+AGE", b"+2D3eAA-", b"+2D0-x",
         b"+*", b"+-", b"+", b"+AGEA-", b"\\n\\x41\\u1234\\U0001F600\\101\\\n", b"\\x4", b"\\u12", b"\\U00110000", b"\\", b"\\8", b"\\N{x", b"\\u123g", b"caf\xe9"]
DECODERS = ["utf_8", "ascii", "latin_1", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "utf_7", "raw_unicode_escape", "unicode_escape"]
STRINGS = ["", "abc", "aé\u1234\U0001F600z", "\ud800", "a\udc80\udcffb", "\udfff\ud800", "+a+", "~\\\t\n", "\x7f\x80\xff\u0100", "x" * 30 + "\udc80"]
HANDLERS = [None, "strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace", "none.such",
            "test.str", "test.step", "test.bytes", "test.int", "test.far", "test.one", "test.kind", "test.back", "test.raise"]

_codecs.register_error("test.str", lambda e: ("<\u1234>", e.end))
_codecs.register_error("test.step", lambda e: ("?", e.start + 1))
_codecs.register_error("test.bytes", lambda e: (b"<>", e.end))
_codecs.register_error("test.int", lambda e: 1)
_codecs.register_error("test.far", lambda e: ("", 1000))
_codecs.register_error("test.one", lambda e: ("x",))
_codecs.register_error("test.kind", lambda e: ("x", "y"))
_codecs.register_error("test.back", lambda e: ("y", -1 if e.end < len(e.object) else e.end))


def raising(e):
    raise KeyError(e.encoding, e.start, e.end, e.reason)


_codecs.register_error("test.raise", raising)


def show(function, *args):
    try:
        return ascii(function(*args))
    except Exception as error:
        return type(error).__name__ + ": " + ascii(str(error))


for name in DECODERS:
    decode, encode = getattr(_codecs, name + "_decode"), getattr(_codecs, name + "_encode")
    for data in BYTES:
        if name == "unicode_escape" and b"\\8" in data:
            continue  # a warning, which is not the subject here
        for handler in HANDLERS:
            print(name, data, handler, show(decode, data, handler), end=" ")
            if name not in ("ascii", "latin_1"):
                print(show(decode, data, handler, False), end="")
            print()
    for text in STRINGS:
        for handler in HANDLERS:
            print(name, ascii(text), handler, show(encode, text, handler))

TABLE = "".join(map(chr, range(128))) + "\u20ac\ufffe" + "\u0100" * 10
MAPS = [None, TABLE, {97: 98, 98: "xy", 99: None, 100: "", 255: 0x110000, 128: "é", 129: 1.5}]
for table in MAPS:
    for data in (b"abc", b"d\x80", b"\x81", b"\xff", b"\xf0"):
        for handler in ("strict", "ignore", "replace", "test.str", "test.int"):
            print(table is MAPS[1], data, handler, show(_codecs.charmap_decode, data, handler, table))
for table in (None, _codecs.charmap_build(TABLE), {97: 98, 98: b"xy", 99: None, 100: 300, 101: "e", 63: 63, 38: 38, 35: 35, 59: 59, **{i: i for i in range(48, 58)}}):
    for text in ("ab", "c", "d", "e", "\u20ac", "\u1234x", "ac\u1234"):
        for handler in ("strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "test.str", "test.bytes"):
            print(type(table).__name__, ascii(text), handler, show(_codecs.charmap_encode, text, handler, table))


# A handler that replaces the input.
def swap(e):
    e.object = b"new \xff input"
    return "!", 4


_codecs.register_error("test.swap", swap)
print(ascii(b"ab\xffcd".decode("ascii", "ignore")), show(lambda: _codecs.lookup_error("test.swap")(UnicodeDecodeError("x", b"a", 0, 1, "r"))))
for name in ("strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "surrogateescape", "surrogatepass"):
    handler = _codecs.lookup_error(name)
    for error in (1, ValueError("v"), UnicodeDecodeError("utf-8", b"a\xffb", 1, 2, "bad"), UnicodeEncodeError("ascii", "a\u1234b", 1, 2, "bad"),
                  UnicodeTranslateError("abc", 1, 2, "bad"), UnicodeEncodeError("utf-8", "a\ud800b", 1, 2, "bad"), UnicodeDecodeError("utf-16-le", b"\0\xd8", 0, 2, "bad")):
        print(name, ascii(error), show(handler, error))
print(show("x".encode, "utf\0"), show("x".encode, 5), show(str, b"x", "ascii", 5), show(str, "x", "ascii"), show(str, 5, "ascii"))
