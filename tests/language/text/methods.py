# Every method of str on strings of every kind, subclasses included: one line a result.


class Sub(str):
    pass


STRINGS = ["", "a", "abc", "aXbXc", " a  b\t\n", "\x85\xa0x\u2028y\r\nz\r", "Größe STRASSE ß", "\u0130\u03a3 \u0391\u03a3",
           "ὈΔΥΣΣΕΎΣ \ufb03", "日本語 text 日本", "\U00010400\U0001F600x\U0001F600", "\u0663\u00b2\u00bd", "\ud800a\udc80",
           "O'Neil said \"x\"", "it's", "a\0b\x7f\\", "_id9", "9id", "\u01c5abc", "x" * 40]
PLAIN = ("capitalize casefold title lower upper swapcase isascii islower isupper istitle isspace isdecimal isdigit isnumeric "
         "isalpha isalnum isidentifier isprintable split rsplit splitlines strip lstrip rstrip expandtabs __len__ __repr__ "
         "__str__ __getnewargs__ __sizeof__").split()
CALLS = [("find", "a"), ("find", "a", 1), ("find", "", 1, -1), ("rfind", "a"), ("rfind", "", 0, 2), ("count", "a"), ("count", ""),
         ("index", "b"), ("rindex", "x"), ("startswith", "a"), ("startswith", ("x", "a")), ("endswith", ("c", "y\r")),
         ("startswith", "", 100), ("split", "X"), ("split", None, 1), ("split", "a", 1), ("rsplit", None, 1), ("rsplit", "a", 1),
         ("splitlines", True), ("partition", "b"), ("rpartition", "b"), ("replace", "a", "zz"), ("replace", "", "-"),
         ("replace", "", "-", 2), ("replace", "日本", "x"), ("replace", "X", "\U0001F600", 1), ("strip", "ab"), ("lstrip", "a \t"),
         ("rstrip", "c\n"), ("center", 7), ("center", 8, "é"), ("ljust", 5, "\u1234"), ("rjust", 5), ("zfill", 6), ("expandtabs", 3),
         ("removeprefix", "a"), ("removesuffix", "c"), ("translate", {97: "A", 98: None, 99: 0x1234, 0x65E5: ""}),
         ("join", ["p", "\u1234", "q"]), ("encode",), ("encode", "utf-16"), ("encode", "ascii", "replace"),
         ("__getitem__", 0), ("__getitem__", slice(None, None, -1)), ("__getitem__", slice(1, -1)), ("__getitem__", slice(0, 9, 2)),
         ("__contains__", "a"), ("__mul__", 3), ("__add__", "é"), ("__mod__", ()), ("__lt__", "b"), ("__eq__", "abc")]


def call(s, name, *args, **kwargs):
    try:
        result = getattr(s, name)(*args, **kwargs)
        return type(result).__name__ + " " + ascii(result)
    except Exception as error:
        return type(error).__name__ + ": " + ascii(str(error))


for s in STRINGS:
    for s in (s, Sub(s)):
        for name in PLAIN:
            if name != "__sizeof__" or type(s) is str:
                print(name, ascii(s), call(s, name))
        for name, *args in CALLS:
            print(name, ascii(s), ascii(args), call(s, name, *args))

# What is shared, and what is not.
print([*"abc"][1] is [*"xbz"][1], "é"[0] == chr(0xe9), "".join([]) is str(), "abc"[:] == "abc", str(Sub("x")).__class__)
s = "abc"
print(s.strip() is s, s.replace("x", "y") is s, s.lower() is s, s.split("x")[0] is s, s.center(1) is s, (s + "") is s, s * 1 is s)
print(type(Sub("abc").strip()), type(Sub("abc") + ""), type(Sub("abc")[:]), type(Sub("x").join(["a"])))

# In-place concatenation.
s = "a"
s += s
t = s
s += "b"
print(s, t)
for piece in ("é", "\u1234", "\U0001F600", ""):
    s += piece
    t = hash(s)
    print(ascii(s), hash(s) == t, hash(s) == hash(s[:1] + s[1:]))

# Searching must stay linear, and right, in texts that repeat themselves.
for kind in ("a", "é", "\u1234", "\U0001F600"):
    text = kind * 100_000
    for needle in (kind * 500 + "b" + kind * 500, "b" + kind * 5000, kind * 5000 + "b"):
        print(text.find(needle), text.rfind(needle), text.count(needle), (text + needle).find(needle), (needle + text).rfind(needle))
    print(text.count(kind * 7), len(text.replace(kind * 3, "x")), len(text.split(kind * 1000)))
state = 1
for _ in range(3000):
    state = state * 6364136223846793005 + 1442695040888963407 & 0xFFFFFFFFFFFFFFFF
    alphabet = ("ab", "\u1234a", "\U0001F600\u1234")[state >> 62 & 3 if state >> 62 & 3 < 3 else 0]
    text = "".join(alphabet[state >> 20 + i % 40 & 1] for i in range(60)) * 3
    needle = text[state >> 10 & 63:][:state >> 50 & 15]
    if needle == "":
        continue
    at, last = text.find(needle), text.rfind(needle)
    assert text[at:at + len(needle)] == needle and needle not in text[:at + len(needle) - 1]
    assert text[last:last + len(needle)] == needle and needle not in text[last + 1:]
    assert needle.join(text.split(needle)) == text and text.count(needle) == len(text.split(needle)) - 1
print("done")
