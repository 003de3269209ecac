#!/usr/bin/env python3
"""Compare the SyntaxErrors of two Pythons over broken snippets of the standard library.

Each snippet is a top-level statement of a random library file with one random edit.  Both interpreters compile it; the
exception's type, message, line and column must be equal (and, with --strict, the end positions and the text line).

    tools/compare_syntax.py build/quick/ouro -n 2000 --seed 1
    tools/compare_syntax.py build/quick/ouro --file broken.txt     # snippets separated by lines of dashes

Exit status 0 if at least --expect percent agree (97 by default)."""

import argparse
import random
import re
import subprocess
import sys
from pathlib import Path

# Runs in either interpreter: needs nothing but sys, compile() and warnings.  A snippet a line, in hex.
WORKER = r"""
import sys
sys.stdin.reconfigure(encoding="utf-8")
def describe(source, flags):
    try:
        compile(source, "<snippet>", "exec", flags, True)
        return ("ok",)
    except SyntaxError as e:
        return (type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text)
    except (ValueError, MemoryError, RecursionError, OverflowError) as e:
        return (type(e).__name__, str(e))
flags = int(sys.argv[1])
for line in sys.stdin:
    source = bytes.fromhex(line.strip()).decode("utf-8", "surrogatepass")
    print(ascii(describe(source, flags)), flush=True)
"""

ONLY_AST = 0x400


def run(command, snippets, flags):
    feed = "".join(s.encode("utf-8", "surrogatepass").hex() + "\n" for s in snippets)
    done = subprocess.run(
        [*command, "-W", "ignore", "-c", WORKER, str(flags)], input=feed, capture_output=True, encoding="utf-8"
    )
    lines = done.stdout.splitlines()
    if len(lines) != len(snippets):
        print(f"{command[0]} stopped at snippet {len(lines)} with status {done.returncode}:", file=sys.stderr)
        print(done.stderr[-2000:], file=sys.stderr)
        if len(lines) < len(snippets):
            print(snippets[len(lines)], file=sys.stderr)
    return lines


def statements(path):
    """Top-level statements of a file, as texts."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return
    start = 0
    for i in range(1, len(lines) + 1):
        if i == len(lines) or re.match(r"[\w@\"'(\[{]", lines[i]) and not re.match(r"(else|elif|except|finally)\b", lines[i]):
            if 0 < i - start <= 60:
                yield "".join(lines[start:i])
            start = i


TOKEN = re.compile(r"\s+|\w+|'[^'\n]*'|\"[^\"\n]*\"|[-+*/%@&|^<>=!:]=|\*\*|//|->|[^\w\s]")
PIECES = (
    "( ) [ ] { } , : ; . = == := + - * ** / @ ! ? $ \\ ' \" ''' # -> ... ~ < <> != += in is not and or if else elif for while "
    "def class lambda return yield await async with as import from try except finally raise del global pass break True None "
    "print exec match case _ x f(x) x=1 1 0x 1_ 01 1e 'a' f'{x}' f'{' b'\xe9' \u20ac \t\n"
).split(" ") + ["\n", "    ", "\t", " ", "\n\n", "\\\n"]


def break_once(rng, text):
    kind = rng.randrange(9)
    tokens = TOKEN.findall(text)
    if not tokens:
        return text
    i = rng.randrange(len(tokens))
    words = [k for k, t in enumerate(tokens) if not t.isspace()]
    if words:
        i = rng.choice(words)
    if kind == 0:
        del tokens[i]
    elif kind == 1:
        tokens.insert(i, rng.choice(PIECES))
    elif kind == 2:
        tokens[i] = rng.choice(PIECES)
    elif kind == 3:
        tokens.insert(i, tokens[i])
    elif kind == 4:
        j = min(i + 1, len(tokens) - 1)
        tokens[i], tokens[j] = tokens[j], tokens[i]
    elif kind == 5:
        at = rng.randrange(len(text))
        return text[:at] + text[at + 1 :]
    elif kind == 6:
        at = rng.randrange(len(text))
        return text[:at] + rng.choice("()[]{}:,'\"=.\\ \n\tx0#@") + text[at:]
    elif kind == 7:
        lines = text.splitlines(keepends=True)
        j = rng.randrange(len(lines))
        lines[j] = rng.choice([" ", "\t", "    "]) + lines[j] if rng.random() < 0.5 else lines[j].lstrip()
        return "".join(lines)
    else:
        tokens.insert(i, " " + rng.choice(PIECES) + " ")
    return "".join(tokens)


def collect(reference, count, seed, root):
    rng = random.Random(seed)
    files = sorted(p for p in Path(root).rglob("*.py") if "lib2to3/tests/data" not in str(p) and "bad" not in p.name)
    snippets = []
    while len(snippets) < count:
        found = list(statements(rng.choice(files)))
        for text in rng.sample(found, min(3, len(found))):
            broken = break_once(rng, text)
            if "\0" not in broken:
                snippets.append(broken)
    return snippets


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("candidate", help="the interpreter under test")
    parser.add_argument("--reference", default="/usr/bin/python3.11")
    parser.add_argument("-n", "--count", type=int, default=2000, help="how many snippets to break")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--root", default="/usr/lib/python3.11", help="where library files are")
    parser.add_argument("--file", help="snippets from this file instead, separated by lines of dashes")
    parser.add_argument("--parse-only", action="store_true", help="stop before symbol tables and code")
    parser.add_argument("--strict", action="store_true", help="compare end positions and text too")
    parser.add_argument("--show", type=int, default=10, help="how many differences to print")
    parser.add_argument("--expect", type=float, default=97.0, help="percent that must agree")
    options = parser.parse_args()

    if options.file:
        snippets = re.split(r"^-{3,}\n", Path(options.file).read_text(encoding="utf-8"), flags=re.M)
    else:
        snippets = collect(options.reference, options.count, options.seed, options.root)
    flags = ONLY_AST if options.parse_only else 0
    wanted = run([options.reference], snippets, flags)
    got = run([options.candidate], snippets, flags)
    n_errors = n_same = shown = 0
    for text, a, b in zip(snippets, wanted, got):
        if a == "('ok',)" and a == b:
            continue
        n_errors += 1
        x, y = eval(a), eval(b)
        limit = 7 if options.strict else 4
        if x[:limit] == y[:limit]:
            n_same += 1
        elif shown < options.show:
            shown += 1
            print("-" * 40, text, f"wanted {x}\ngot    {y}", sep="\n")
    percent = 100 * n_same / max(n_errors, 1)
    print(f"{len(snippets)} snippets, {n_errors} with an error, {n_same} of them equal: {percent:.2f} %")
    return 0 if len(got) == len(snippets) and percent >= options.expect else 1


if __name__ == "__main__":
    sys.exit(main())
