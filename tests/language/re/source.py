"""_sre.compile() refuses code that it can't run safely, and what it accepts never crashes, however damaged."""
import _sre
import sys
from re import _compiler, _parser

print(_sre.MAGIC, _sre.CODESIZE, _sre.getcodesize(), _sre.MAXREPEAT, _sre.MAXGROUPS)
print([_sre.ascii_iscased(c) for c in (65, 97, 48, 181, -1)], [_sre.unicode_iscased(c) for c in (65, 48, 181, 0x10400, 0x110000)])
print([_sre.ascii_tolower(c) for c in (65, 97, 0xc0, -5)], [_sre.unicode_tolower(c) for c in (65, 0xc0, 0x10400, 0x110000, -5)])


def attempt(*args):
    try:
        print(_sre.compile(*args))
    except Exception as error:
        print(type(error).__name__, error)


for code in ([1], [], [77], [2**33], ["x"], [16, 97], [16, 97, 1], [16, 1], [13, 4, 0, 1, 1], [14, 4, 0, 0, 0, 1], [14, 5, 0, 0, 0, 1], [15, 1, 1],
             [11, 0, 1], [14, 9, 1, 1, 1, 200, 1, 97, 0, 1], [7, 3, 15, 2, 0, 1], [24, 6, 2, 1, 16, 97, 1, 1]):
    attempt("a", 0, code, 0, {}, ())
attempt("a", 0, (1,), 0, {}, ())
attempt("a", 0, [1], -1, {}, ())
attempt("a", 0, [1], 0, [], ())
attempt("a", 0, [1], 0, {}, [])
attempt(3, 0, [1], 0, {}, ())
attempt()

state = 12345


def random(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
    return (state >> 33) % n


PATTERNS = [r"(?:a|b(c)?)*d+?[\w-]\1(?(1)x|y)", r"(?=ab)(?<!c)(?>a*)b", "[a\u0101-\u0300]+(x){2,5}?", r"(?i)abck\b(\w)*+$",
            "foobar|fo{3,}", r"(?:a{1,3}){2,}(\d)\1", "abc", r"(?:(a)|b){1,3}?(?(1)c)"]
refused = accepted = 0
for turn in range(400):
    parsed = _parser.parse(PATTERNS[turn % len(PATTERNS)])
    code = _compiler._code(parsed, 0)
    for _ in range(1 + random(3)):
        at = random(len(code))
        match random(5):
            case 0:
                code[at] = random(45)
            case 1:
                code[at] = random(2**32)
            case 2:
                del code[at]
            case 3:
                code.insert(at, random(45))
            case _:
                code[at] = (code[at] + random(5) - 2) % 2**32
    if not hasattr(sys.implementation, "ouroboros"):
        continue    # what CPython makes of it is its own affair
    try:
        pattern = _sre.compile(None, 0, code, parsed.state.groups - 1, {}, (None,))
    except (RuntimeError, OverflowError):
        refused += 1
        continue
    accepted += 1
    for text in ("abcdabcd", "aaabcab", "", b"abcabc", "\u0101\u0205ab", "xyfoobar11", "\U00010400aab"):
        try:
            pattern.match(text), pattern.findall(text), pattern.split(text), pattern.fullmatch(text)
        except MemoryError:
            pass
print(refused + accepted in (0, 400), (refused == 0) == (accepted == 0))

# Nesting of any depth, made by hand: an error, no overflow of the C stack.
code = [27, 2, 1]
for _ in range(300):
    code = [27, len(code) + 2] + code + [1]
print(_sre.compile(None, 0, code + [1], 0, {}, ()).match("").span())
head, tail = [], []
for depth in range(100_000, 0, -1):
    head += [27, 3 * depth - 1]
    tail.append(1)
try:
    _sre.compile(None, 0, head + tail + [1], 0, {}, ())
except (RecursionError, RuntimeError):
    pass
