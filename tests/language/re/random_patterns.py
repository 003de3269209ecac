"""Patterns and subjects by chance, the same on every machine: all methods give what CPython gives."""
import re


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        return (self.state >> 33) % n

    def choice(self, items):
        return items[self.below(len(items))]


class Generator:
    """Makes one pattern; `groups` have been closed, `open` are being made."""

    def __init__(self, random):
        self.random, self.groups, self.open = random, 0, 0

    def make(self, depth):
        random = self.random
        kind = random.below(22 if depth > 0 else 8)
        if kind < 4:
            return random.choice(["a", "b", "c", "ab", "A", "\u0101", "k", "\u212a"])
        if kind == 4:
            return random.choice([".", r"\w", r"\d", r"\s", r"\W", "[^a]"])
        if kind == 5:
            return random.choice(["[ab]", "[^b]", "[a-c]", r"[\w-]", r"[^\d\n]", "[a\u0101-\u0200]", "[\u0101\U00010400]"])
        if kind == 6:
            return random.choice(["^", "$", r"\b", r"\B", r"\A", r"\Z", ""])
        if kind == 7:
            return self.reference(r"\%d", "a")
        if kind <= 10:
            return self.make(depth - 1) + self.make(depth - 1)
        if kind <= 12:
            return f"(?:{self.make(depth - 1)}|{self.make(depth - 1)})"
        if kind == 13:
            self.open += 1
            body = self.make(depth - 1)
            self.open -= 1
            self.groups += 1
            return f"({body})"
        if kind <= 17:
            repeat = random.choice(["*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "{,1}"])
            return f"(?:{self.make(depth - 1)}){repeat}{random.choice(['', '', '?', '?', ''])}"
        if kind == 18:
            return random.choice(["(?=", "(?!", "(?>", "(?:"]) + self.make(depth - 1) + ")"
        if kind == 19:
            return random.choice(["(?<=a)", "(?<!b)", "(?<=ab)", r"(?<![\w])"])
        if kind == 20:
            return self.reference(f"(?(%d){self.make(depth - 1)}|{self.make(depth - 1)})", "b")
        return f"(?i:{self.make(depth - 1)})"

    def reference(self, form, otherwise):
        return form % (1 + self.random.below(self.groups)) if self.groups and not self.open else otherwise


random = Random(20240229)
for turn in range(400):
    generator = Generator(random)
    source = "".join(generator.make(3) for _ in range(1 + random.below(2)))
    flags = random.choice([0, 0, 0, re.I, re.M, re.S, re.A, re.I | re.A])
    pattern = re.compile(source, flags)
    print(turn, ascii(source), flags)
    for _ in range(2):
        letters = "aabbccA k1\n" if random.below(3) else "ab\u0101\u212aK\U00010400a"
        text = "".join(random.choice(letters) for _ in range(random.below(8)))
        found = [pattern.match(text), pattern.fullmatch(text), pattern.search(text), pattern.search(text, 1, 4)]
        print(ascii(text), [match and (match.regs, match.lastindex) for match in found], ascii(pattern.findall(text)),
              ascii(pattern.split(text)), [match.span() for match in pattern.finditer(text)],
              ascii(pattern.sub(r"<\g<0>>", text)))
