"""Training: text and bytes: splitting, joining, searching, formatting, counting, encoding."""

WORDS = "a memory that can be seen is a memory that can be explained and so it need not be feared".split()


def compose(lines):
    out = []
    for i in range(lines):
        words = [WORDS[(i * 7 + j * j) % len(WORDS)] for j in range(i % 9 + 3)]
        out.append(" ".join(words).capitalize() + ("." if i % 3 else "!"))
    return "\n".join(out)


def count_words(text):
    counts = {}
    for line in text.split("\n"):
        for word in line.lower().strip(".!").split():
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def wrap(text, width):
    line, lines = "", []
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            lines.append(line.ljust(width) + "|")
            line = word
        else:
            line = f"{line} {word}" if line else word
    lines.append(line)
    return lines


def escape(value, depth=0):
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(escape(k, depth + 1) + ": " + escape(v, depth + 1) for k, v in value.items()) + "}"
    return "[" + ", ".join([escape(v, depth + 1) for v in value]) + "]"


def unescape(text):
    at = 0

    def value():
        nonlocal at
        while text[at] in " ,:":
            at += 1
        c = text[at]
        if c == "{":
            at += 1
            table = {}
            while text[at] != "}":
                key = value()
                table[key] = value()
            at += 1
            return table
        if c == "[":
            at += 1
            items = []
            while text[at] != "]":
                items.append(value())
            at += 1
            return items
        if c == '"':
            end = text.index('"', at + 1)
            while text[end - 1] == "\\":
                end = text.index('"', end + 1)
            piece, at = text[at + 1:end], end + 1
            return piece.replace('\\"', '"').replace("\\n", "\n")
        start = at
        while text[at] not in ",]}":
            at += 1
        word = text[start:at]
        return {"null": None, "true": True, "false": False}.get(word, word)
    return value()


def caesar(text, shift):
    return "".join(chr((ord(c) - 97 + shift) % 26 + 97) if "a" <= c <= "z" else c for c in text)


text = compose(2500)
for _ in range(6):
    counts = count_words(text)
    lines = wrap(text, 60)
record = {"name": 'a "quoted" one\n', "list": [1, 2.5, None, True, {"deep": ["x"] * 20}], "text": text[:200]}
for _ in range(150):
    back = unescape(escape(record))
coded = caesar(text[:20000], 3)
raw = text.encode()
table = bytearray(raw)
for i in range(0, len(table), 3):
    table[i] ^= 1
rows = ["%5d|%-12s|%8.3f|%x" % (i, word, n / 7, n) for i, (word, n) in enumerate(counts * 60)]
pieces = [f"{i:>6}{i / 3:10.2f}{word!r:>14}" for i, word in enumerate(WORDS * 100)]
same = sum(text.startswith(w) + text.endswith(w) + text.count(w) + text.find(w) for w in WORDS)
wide = "".join(chr(0x3b1 + i % 24) for i in range(5000)).upper().casefold()
print(len(lines), len(coded), len(bytes(table)), len(rows), len(pieces), same, back["list"][1])
print(wide[:3], len(wide.encode()))
