"""Finding, counting, replacing, splitting, mapping and coding texts of every kind, against answers worked out item by item."""
import random

random.seed(20231)
ALPHABETS = ["ab", "ab c", "aé ", "абв ", "aб☃ ", "a😀б ", "aeiou\n\r xyz\x1c\x85", "ABCабвΣσßéİŉǅ ", "\u2028aб\x0b"]


def a_text(alphabet, most):
    return "".join(random.choice(alphabet) for _ in range(random.randrange(most)))


def find_slowly(text, part):
    return next((i for i in range(len(text) - len(part) + 1) if text[i:i + len(part)] == part), -1)


def replace_slowly(text, old, new, most):
    out, i = [], 0
    while i < len(text):
        if most != 0 and text[i:i + len(old)] == old:
            out.append(new)
            i += len(old)
            most -= 1
        else:
            out.append(text[i])
            i += 1
    return "".join(out)


wrong = 0
for turn in range(1500):
    alphabet = random.choice(ALPHABETS)
    text, old, new = a_text(alphabet, 150), a_text(alphabet, 5) or "a", a_text(random.choice(ALPHABETS), 4)
    most = random.choice([-1, -1, 0, 1, 2, 40])
    wrong += text.find(old) != find_slowly(text, old)
    wrong += (old in text) != (find_slowly(text, old) >= 0)
    wrong += text.replace(old, new, most) != replace_slowly(text, old, new, most)
    wrong += text.count(old) != (len(replace_slowly(text, old, old + "!", -1)) - len(text))
    wrong += old.join(text.split(old)) != text or len(text.split(old)) != text.count(old) + 1
    wrong += "".join(text.splitlines(True)) != text
    wrong += " ".join(text.split()) != " ".join(filter(None, text.split()))
    wrong += text.encode().decode() != text or len(text.encode()) != sum(len(c.encode()) for c in text)
    wrong += text.upper() != "".join(c.upper() for c in text)
    if "Σ" not in text:
        wrong += text.lower() != "".join(c.lower() for c in text)
    wrong += text[::-1] != "".join(reversed(text)) or text[3:90:7] != "".join(text[i] for i in range(3, min(90, len(text)), 7))
    table = {ord(c): random.choice([None, "", "x", "☃", "yz", 98, 1078]) for c in alphabet[::2]}
    wrong += text.translate(table) != "".join(
        (chr(a) if isinstance(a, int) else a or "") if (a := table.get(ord(c), c)) is not None else "" for c in text)
print("wrong:", wrong)

# A needle that is just not there, at every distance; its ends match everywhere.
for kind in "aaa", "ббб", "😀😀😀":
    for n in range(1, 120):
        hay = kind[0] * n
        assert hay.find(kind[0] + "x" + kind[0]) == -1
        assert (hay + "x" + hay).find("x") == n == (hay + "x" + hay).find("x" + kind[0])
        assert (hay + kind[1:] + "x").find(kind + "x") == n - 1
print((("я" * 3000 + "b") * 3).count("я" * 2000 + "b"), ("яb" * 4000).find("b" + "яb" * 1000 + "b"))

# What is no UTF-8, at every place of a text that is.
bad = [b"\x80", b"\xc0\x80", b"\xc3", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xe2\x82", b"\xf0\x80\x80\x80", b"\xf4\x90\x80\x80",
       b"\xf0\x9f\x98", b"\xf8", b"\xff"]
for good in "", "plain text", "naïve é", "слово", "☃ 日本", "a😀b":
    for piece in bad:
        data = good.encode() + piece + good.encode()
        try:
            data.decode()
        except UnicodeDecodeError as error:
            print(error.start, error.end, error.reason, end="; ")
        print(ascii(data.decode(errors="replace")), data.decode(errors="surrogateescape").encode(errors="surrogateescape") == data)

print(sorted(map(ascii, {s.lower() for s in ("ΑΣ", "ΑΣ Β", "İ", "ÉCOLE", "ẞ", "Ǆ", "K")})))
print(sorted(map(ascii, {s.upper() for s in ("ß", "ŉ", "ÿ", "µ", "é", "ﬁ", "ǆ", "ῷ", "ı")})))
