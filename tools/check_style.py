#!/usr/bin/env python3
"""Check the house style: opening comments, guards, lengths, and that the project speaks of itself alone.

    check_style.py [ROOT]

For src/**/*.c    opens with a comment `/* folder/file.c - what it is`, with Owns or Invariant at least
For *.h           opens with a comment, and has a guard (not what a script of tools/ generated)
For C, Python     lines of 130 columns or less (tables: any), no tabs, no blanks at the end, no \\r, ends in one newline
For C             a function's name at the start of its line, else on a line of its own, a blank after if, for,
                  while and switch; at most 1,000 lines, unless tests/style/long_files.txt says why
For all text      no path of the machine it was written on
"""
import re
import subprocess
import sys
from pathlib import Path

COLUMNS, LINES = 130, 1000     # lines aim at 110 columns; at 130 reading suffers
TEXT = {".c", ".h", ".def", ".py", ".sh", ".md", ".txt", ".cmake", ".json", ".repl", ".out", ".in", ".1", ""}
SKIP = {"build", ".git", "__pycache__", ".cache"}
# Built from pieces, so that this file may check itself.
MACHINE = re.compile(r"(?<![\w.])(?:/" + r"root/|/" + r"home/\w|/" + r"work/|\.\./" + r"shared\b|/tmp/" + r"brief)")

# (what is wrong, where to see it), over text without comments and strings.
LAYOUT = [
    ("a function's name belongs at the start of a line of its own",
     re.compile(r"^(?!#|typedef\b|else\b|return\b)(?:[A-Za-z_]\w*[ *]+)+\w+\([^;{}()]*\)\s*\{", re.M)),
    ("`else` goes on a line of its own", re.compile(r"\}[ ]*else\b")),
    ("no blank after the keyword", re.compile(r"^[ ]*(?:else )?(?:if|for|while|switch)\(", re.M)),
    ("no blank before the brace", re.compile(r"^[ ]*(?:else )?(?:if|for|while|switch)\b[^\n]*\)\{", re.M)),
]
GENERATED = re.compile(r"([Gg]enerated|[Mm]ade|[Ww]ritten) by tools/")
NOT_CODE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def read_list(path: Path) -> dict[str, str]:
    """PATH REASON lines."""
    found = {}
    if path.exists():
        for line in path.read_text().splitlines():
            name, _, reason = line.partition(" ")
            if name and not name.startswith("#"):
                found[name] = reason.strip()
    return found


def project_files(root: Path) -> list[Path]:
    """What git tracks or would track; without git, every file outside build folders."""
    done = subprocess.run(["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                          capture_output=True, text=True)
    if done.returncode == 0 and done.stdout:
        files = [root / name for name in done.stdout.split("\0") if name]
    else:
        files = list(root.rglob("*"))
    return sorted(p for p in files if p.is_file() and not SKIP & set(p.relative_to(root).parts))


def opening_comment(text: str) -> str:
    match = re.match(r"\s*/\*.*?\*/", text, re.S)
    return match.group() if match else ""


def check_c(where: str, text: str, long_files: dict[str, str]) -> list[str]:
    found, comment = [], opening_comment(text)
    if not comment:
        found.append(f"{where}:1: opens without a comment that says what it is")
    elif where.startswith("src/") and where.endswith(".c"):
        name = where.removeprefix("src/")
        if not re.match(r"/\* " + re.escape(name) + r" - \S", comment):
            found.append(f"{where}:1: the first line should be `/* {name} - what it is`")
        if not re.search(r"^\s*\*?\s*(Owns|Invariant)\b", comment, re.M):
            found.append(f"{where}:1: the opening comment says neither what it `Owns` nor an `Invariant`")
    if where.endswith(".h") and not re.search(r"^\s*#\s*(pragma\s+once|ifndef\s+\w+)", text, re.M):
        found.append(f"{where}:1: a header without a guard")
    code = NOT_CODE.sub(lambda m: re.sub(r"[^\n]", "x", m.group()), text)
    for what, sign in LAYOUT:
        for match in sign.finditer(code):
            start = match.end() if "name" in what else match.start()
            found.append(f"{where}:{text.count(chr(10), 0, start) + 1}: {what}")
    lines = text.count("\n")
    if lines > LINES and where not in long_files and where.endswith(".c"):
        found.append(f"{where}: {lines} lines: what is the second idea?  (tests/style/long_files.txt)")
    return found


def check_lines(where: str, text: str) -> list[str]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > COLUMNS and not where.endswith(".def") and not where.startswith("tests/") and "http" not in line:
            found.append(f"{where}:{number}: {len(line)} columns")
        if line != line.rstrip():
            found.append(f"{where}:{number}: blanks at the end of the line")
        if "\t" in line and not where.endswith(".py"):
            found.append(f"{where}:{number}: a tab")
    if text and not text.endswith("\n"):
        found.append(f"{where}: does not end in a newline")
    elif text.endswith("\n\n"):
        found.append(f"{where}: ends in empty lines")
    return found


def check(root: Path) -> list[str]:
    found = []
    long_files = read_list(root / "tests/style/long_files.txt")
    for path in project_files(root):
        where = path.relative_to(root).as_posix()
        if path.suffix not in TEXT:
            continue
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            if not where.startswith("tests/"):          # a test may well be about broken text
                found.append(f"{where}: not UTF-8")
            continue
        for match in MACHINE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{where}:{line}: names a path of the machine it was written on: {match.group()}")
        if GENERATED.search(text[:400]) and path.suffix != ".py":
            continue
        if path.suffix in (".c", ".h"):
            found += check_c(where, text, long_files)
        if path.suffix in (".c", ".h", ".def") or (path.suffix == ".py" and not where.startswith(("tests/language/",
                                                   "tests/crashers/", "tests/faults/programs/"))):
            found += check_lines(where, text)
    return found


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent).resolve()
    found = check(root)
    for line in found:
        print(line)
    print(f"style: {len(found)} wrong" if found else "style: clean")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
