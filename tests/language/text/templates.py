"""Formatting and searching of text: the parsers of templates, needles of every width, per cent."""
import _string


def shown(function, *args, **kwargs):
    try:
        return ascii(function(*args, **kwargs))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for template in "", "a", "{}", "{0}", "{a.b[c]!r:>{w}}", "{{}}", "{", "}", "{!r}", "{:x}", "{0!}", "{0!rr}", "{a[}", "{a[]}", "{a.}", "{.a}", "{[0]}", "{a:{b:{c}}}", "{a:}}", "x{y}z{w}", "\u20ac{\U0001f600}", "{a!r:}", "{0[a][b].c}", "{0x}", "{-1}", "{99999999999999999999}", "{0.__class__}", "{:{}}", "{!s:{}}", "{a]}", "{a[b}", "{0[99999999999999999999]}", "{!x}", "{0!\u20ac}", "{\x00}", "{0:{1}{2}}":
    print(ascii(template), shown(lambda: list(_string.formatter_parser(template))), shown(lambda: (lambda first, rest: (first, list(rest)))(*_string.formatter_field_name_split(template))))
    print("  ", shown(template.format, 1, 2, 3, a=[5], w=9, y="Y"), shown(template.format_map, {"a": {"c": 1}}), shown(template.format))
print(shown(_string.formatter_parser, 5), shown(_string.formatter_field_name_split, 5), shown(type(_string.formatter_parser("a"))))


class Formats:
    def __format__(self, spec):
        return "<" + spec + ">"

    def __getitem__(self, key):
        return key

    def __getattr__(self, name):
        return name


class Bad:
    def __format__(self, spec):
        return 5

    def __repr__(self):
        return 5


f = Formats()
print("{0:a{0:b}}".format(f), "{0[x]}{0[1]}{0[-1]}{0.name}{0[a.b]}".format(f), shown("{}".format, Bad()), shown("{!r}".format, Bad()), shown("%r".__mod__, (Bad(),)), shown(format, Bad()), shown(format, f, 5), shown("{0}{}".format, 1), shown("{}{0}".format, 1), shown("{}".format_map, [1]), shown("{a}".format_map, f))
print("{:c>5}|{:^7}|{:=+6}|{:#x}|{:,}|{:_}|{:_b}|{:e}|{:.3}|{:%}|{!s:5}|{!a}|{:08.3f}|{:<05}".format("a", "b", 5, 255, 1234567, 1234567, 255, 1.5, "abcdef", 0.5, "s", "\xe9", 3.14159, 7))
for spec in "", "5", "<5", "^5", ">5", "=5", "05", "+", "-", " ", "#", "#x", "#o", "#b", "x", "X", "o", "b", "c", "d", "n", "e", "E", "f", "F", "g", "G", "%", "s", ",", "_", ",d", "_x", ",x", ".2", ".2f", "10.3e", "+.1%", "z", "z.1f", "\u20ac^9", "*<8d", "0=8", "q", "5.5.5", ",_", "_,", "99999999999999999999", ".99999999999999999999", "=+#010x", "{", "r", "#.3g", "#c", "+c", ",c", "-s", "=s", "<<5", "<<<5":
    print(ascii(spec), [shown(format, value, spec) for value in (5, -1234567, 2**70, 2.5, -0.04, float("inf"), float("nan"), 1e300, 3 + 4j, "text", "", True, None, [1])])
for template in "%s", "%r", "%a", "%d", "%i", "%u", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#X", "%o", "%#o", "%e", "%.3g", "%F", "%c", "%5c", "%%", "%", "%(a)s", "%(a", "%(a)d %(b)s", "%*d", "%.*f", "%-*d|", "%ld", "%hhd", "%q", "%\u20ac", "%()s", "%(a(b)c)s", "%5%", "%.3s", "%.0f", "%99999999999999999999d", "%.99999999999999999999f", "%s %s", "%((a))s", "%z":
    print(ascii(template), [shown(template.__mod__, value) for value in (5, -7.5, 2**70, "s\xe9\u20ac", (1, 2), (), (5,), (5, 2.5), (3, 2.5, 1), {"a": 1, "b": 2, "": 3, "a(b)c": 4, "(a)": 5}, [1], None, "\U0001f600", 0x110000, b"b", (1, "x"), ("x", 1))])

alphabet = {1: "ab\xe9", 2: "ab\u20ac", 4: "ab\U0001f600"}
seed = 1


def rand(n):
    global seed
    seed = (seed * 1103515245 + 12345) % 2**31
    return (seed >> 8) % n


def naive_find(text, part):
    for i in range(len(text) - len(part) + 1):
        if all(text[i + j] == part[j] for j in range(len(part))):
            return i
    return -1


wrong = n = 0
for width, letters in alphabet.items():
    for needle_width, needle_letters in alphabet.items():
        for trial in range(60):
            size = rand(900) + 1
            text = "".join(letters[rand(2)] for _ in range(size)) + letters[rand(3)] * rand(30)
            m = rand(120) + 1
            start = rand(max(1, len(text) - m))
            part = text[start:start + m] if trial % 3 else "".join(needle_letters[rand(2 if trial % 2 else 3)] for _ in range(m))
            if trial % 5 == 0:
                part = (part[:7] * 40)[:m]
                text = text[:50] + part[:-1] * 3 + part + text[50:]
            first = text.find(part)
            n += 1
            if first != naive_find(text, part) or (part in text) != (first >= 0) or (first >= 0) != (text.rfind(part) >= 0):
                wrong += 1
            if part.join(text.split(part)) != text or part.join(text.rsplit(part, 2)) != text or text.replace(part, part[::-1]).count(part[::-1]) < text.count(part) or text.partition(part)[0] != (text if first < 0 else text[:first]):
                wrong += 1
            raw, raw_part = text.encode("utf-32-le"), part.encode("utf-32-le")
            at = raw.find(raw_part)
            if (at >= 0) != (first >= 0) or at > 4 * first >= 0:
                wrong += 1
print(n, wrong)
