# Codecs, their error handlers, formatting and translation: everything that holds a half-made string.
import _codecs

text = "a\u00e9\u1234\U0001F600 b\u00df\ud800"
_codecs.register_error("fault.own", lambda e: ("<\u1234>", e.end))
for name in ("utf_8", "utf_7", "utf_16", "utf_32", "unicode_escape", "raw_unicode_escape", "latin_1", "ascii"):
    coded, n = getattr(_codecs, name + "_encode")(text, "backslashreplace")
    print(name, coded, ascii(getattr(_codecs, name + "_decode")(coded, "replace")))
print(text.encode("ascii", "xmlcharrefreplace"), ascii(b"\xff\xc3a".decode("utf-8", "fault.own")), text.encode("utf-8", "surrogatepass"))
table = "".join(map(chr, range(128))) + "\u1234"
print(_codecs.charmap_encode("a\u1234b", "strict", _codecs.charmap_build(table)), _codecs.charmap_decode(b"a\x80\xf0", "fault.own", table))
print(ascii(text.translate({97: "xyz", 98: None, 32: 0x2028})), str.maketrans("ab", "cd", "e"), ascii(text.swapcase()), ascii(text.casefold()))


class Value:
    def __format__(self, spec):
        return "v" + spec

    def __repr__(self):
        return "repr\u1234"


value = Value()
print(ascii("{0:{1}}{2!r:>9}{a[0]:,.2f}|{0}".format(value, ">>", "q", a=[1e9])), ascii("%s|%-9r|%(x)05d" % {"x": -7} if 0 else "%r %5d %.3e" % (value, 3, 2.5)))
print(ascii(f"{value!r:^12}|{value:z}|{10 ** 40:_}|{1 + 2j:.1f}"), "\u1234".join(["a", "b"] * 3).partition("b"), "  x y ".split(), text.isidentifier())
for bad in (lambda: b"\xff".decode(), lambda: "\ud800".encode(), lambda: "{".format(), lambda: "%d" % "x", lambda: format(1, "q"), lambda: "a" + 1):
    try:
        bad()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, ascii(str(error)))
