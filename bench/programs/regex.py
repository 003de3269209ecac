"""Regular expressions: patterns as programs use them, and some that only searching decides.  Seconds."""
import re
import sys
import time

WORDS = ("the quick brown fox jumps over a lazy dog while 42 engineers, e.g. Ada <ada@example.org>, measured 3.14 or -7e10 "
         "at 2024-02-29T12:34:56 in http://example.com/a/b?c=d&e=f#g and wrote \"it's \\\"fine\\\"\" to the log. ")
TEXT = WORDS * 40
LINES = "".join(f"192.168.{i % 256}.{i * 7 % 256} - - [29/Feb/2024:12:{i % 60:02}:56 +0000] \"GET /item/{i}?q={i * i} "
                f"HTTP/1.1\" {200 + i % 3} {i * 37}\n" for i in range(100))
WIDE = TEXT.replace("quick", "schn\u011bll").replace("dog", "\u0434\u043e\u0433")
DATA = TEXT.encode()
CSV = ",".join(f'"field {i}"' if i % 3 else f"plain{i}" for i in range(300))
CODE = "def f(x, y=10):\n    # comment\n    return x ** 2 + y[3] // 0x1F if x != y else 'text'\n" * 20

LOG = re.compile(r'(\S+) \S+ \S+ \[([^\]]+)\] "(\w+) (\S+) ([^"]+)" (\d{3}) (\d+|-)')
TOKEN = re.compile(r"(?P<number>0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?)|(?P<name>[A-Za-z_]\w*)|(?P<comment>#[^\n]*)|(?P<text>'[^']*')"
                   r"|(?P<op>\*\*|//|!=|[-+*/=<>()\[\],:.])|(?P<space>\s+)")


def count(pattern, text=TEXT, flags=0):
    compiled = re.compile(pattern, flags)
    return lambda: compiled.findall(text)


def repeat(action):
    def run(n):
        for _ in range(n):
            action()
    return run


def run_match_short(n):
    match = re.compile(r"(\d+)-(\d+)").match
    for _ in range(n):
        match("123-456")


def run_fullmatch(n):
    fullmatch = re.compile(r"[a-z_][a-z0-9_]*").fullmatch
    for _ in range(n):
        fullmatch("some_identifier_42")


def run_module_function(n):
    for _ in range(n):
        re.match("a+b", "aaab")


def run_groups(n):
    match = LOG.match(LINES)
    for _ in range(n):
        match.group(1), match.groups(), match.start(2)


def run_tokens(n):
    for _ in range(n):
        for match in TOKEN.finditer(CODE):
            match.lastgroup


ROWS = {
    "match, short": (run_match_short, 60_000),
    "fullmatch, short": (run_fullmatch, 60_000),
    "re.match": (run_module_function, 40_000),
    "groups of a match": (run_groups, 30_000),
    "literal": (repeat(count("example")), 400),
    "literal that is not there": (repeat(count("exemplary")), 400),
    "literal, rare second letter": (repeat(count("ez")), 400),
    "words": (repeat(count(r"\w+")), 30),
    "words, wide text": (repeat(count(r"\w+", WIDE)), 30),
    "words, bytes": (repeat(count(rb"\w+", DATA)), 30),
    "numbers": (repeat(count(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")), 100),
    "alternatives": (repeat(count("fox|dog|engineer|log")), 60),
    "ignoring case": (repeat(count("LAZY|Quick", flags=re.I)), 60),
    "address": (repeat(count(r"[\w.+-]+@[\w-]+\.[\w.-]+")), 30),
    "URL": (repeat(count(r"https?://[^\s/]+(?:/[^\s?#]*)?(?:\?[^\s#]*)?(?:#\S*)?")), 200),
    "quoted": (repeat(count(r'"(?:[^"\\]|\\.)*"')), 200),
    "lazy": (repeat(count(r"<.*?>")), 200),
    "greedy, giving back": (repeat(count(r"(.*) (.*) log")), 20),
    "boundaries": (repeat(count(r"\b[a-z]{5}\b")), 30),
    "look-around": (repeat(count(r"(?<=\s)\w+(?=,)")), 30),
    "back reference": (repeat(count(r"(\w)\1")), 30),
    "lines of a log": (repeat(lambda: LOG.findall(LINES)), 60),
    "tokens": (run_tokens, 25),
    "split": (repeat(lambda c=re.compile(r"\s*,\s*"): c.split(CSV)), 300),
    "sub, text": (repeat(lambda c=re.compile(r"\s+"): c.sub(" ", TEXT)), 30),
    "sub, template": (repeat(lambda c=re.compile(r"(\w+) (\w+)"): c.sub(r"\2 \1", TEXT)), 10),
    "sub, function": (repeat(lambda c=re.compile(r"\d+"): c.sub(lambda m: m.group() + "!", TEXT)), 60),
    "much backtracking": (repeat(lambda c=re.compile(r"(?:a|a?)+b"): c.match("a" * 12)), 20),
    "nested repeats": (repeat(lambda c=re.compile(r"(?:(?:\w+ ){2,4}\w+[,.;]\s*)+"): c.search(TEXT)), 60),
}


def measure(run, n):
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        run(n)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    if len(sys.argv) == 1:
        print("\n".join(ROWS))
        return
    run, n = ROWS[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(run, max(1, int(n * scale))))


main()
