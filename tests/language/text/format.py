# format(), str.format, f-strings and %: results and error texts over many specifications.


def show(function, *args):
    try:
        return ascii(function(*args))
    except Exception as error:
        return type(error).__name__ + ": " + ascii(str(error))


VALUES = [0, 1, -1, 97, 255, -255, 1234567, -10**20, True, 0.0, -0.0, 1.5, -2.5, 1e10, 1e300, 1e-10, 123456789.123,
          float("inf"), float("-inf"), float("nan"), 1j, -1j, 1 + 2j, complex(-0.0, 2), "abc", "", "\u1234é", None, (1,)]
SPECS = ["", "5", "<8", ">8", "^9", "=9", "*^9", "\u1234>6", "08", "x<08", "+", " ", "-", "+010", "#", "#x", "#010x", "#X", "#b", "#o", "b", "o",
         "x", "X", "c", "d", "n", "e", "E", ".3e", "f", ".2f", "F", "g", ".3g", "G", "#g", "%", ".0%", "s", ".2", ".2s", "10.1", "z", "z.1f",
         ",", "_", ",d", "_x", ",x", "_b", ",.2f", "020,", "021,", "015_.1f", ",_", "_,", ",,", "r", "q", "\u1234", "\x01", ".", "10x5",
         "99999999999999999999", ".99999999999999999999", "<<5", "05<", "=+012,.3f", "0=5"]
for value in VALUES:
    for spec in SPECS:
        print(ascii(value), ascii(spec), show(format, value, spec))


class Point:
    x = 1

    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "point\u1234"


TEMPLATES = ["{}", "{0}", "{1}{0}", "{} {0}", "{0} {}", "{a}", "{a!r}", "{!a}", "{!s:>9}", "{:{}}", "{:{w}.{w}}", "{0.x}", "{0.x.real}", "{b[0]}",
             "{b[k]}", "{c[k]}", "{c[]}", "{c.}", "{0[", "{", "}", "{}}", "{{}}", "{{{}}}", "{0!}", "{0!x}", "{0!r:}", "{0!rx}", "{:{:{}}}", "{0:{",
             "{a{}", "{-1}", "{ 0}", "{9}", "{99999999999999999999}", "{zz}", "{0:spec!}", "x{}y{}z", "é{}\u1234", "{\u0660}", "{c[k]x}", "{[]}"]
for template in TEMPLATES:
    print(ascii(template), show(lambda: template.format(Point(), 5, w=4, a="ab", b=[7], c={"k": 8, "0": 9})))
    print(ascii(template), show(lambda: template.format_map({"w": 4, "a": "ab", "b": [7], "c": {"k": 8}})))

CODES = ["%s", "%r", "%a", "%d", "%i", "%u", "%x", "%X", "%o", "%e", "%E", "%f", "%F", "%g", "%G", "%c", "%%", "%5s|", "%-5s|", "%.2s", "%05d", "%+d",
         "% d", "%-05d|", "%.5d", "%10.3d", "%#x", "%#X", "%#o", "%#010x", "%-#10x|", "%+.2f", "%#g", "%010.2f", "%*d", "%.*f", "%-*d|", "%ld",
         "%hd", "%lld", "%5%", "%y", "%\u1234", "%", "%5", "%(a)s", "%(a", "%(a)d %(b)s", "%((a))s", "x", "%s %s", "%c%c", "%.0s", "%.d", "%99999999999999999999d"]
ARGUMENTS = [(), (1,), (1, 2), (5, 1.5), ("a",), ("ab",), 1, -255, 10**20, 1.5, "a", None, [1], {"a": 1, "b": 2, "(a)": 3}, Point(), (Point(),), 1j,
             (3, Point()), "\u1234", 0x110000, -1, float("nan"), True, b"x"]
for code in CODES:
    for argument in ARGUMENTS:
        print(ascii(code), ascii(argument), show(lambda: code % argument))

n, text = 12345.678, "é"
print(ascii(f"{n:,.1f}|{text!r:>6}|{text:\u1234^5}|{n=}|{n!s:.3}|{Point():a{text}b}|{{}}"))
