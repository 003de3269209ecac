#!/usr/bin/env python3
"""Run command lines under ouro and under CPython 3.11: standard output, standard error and exit status must be equal.

    compare.py --ouro build/quick/ouro [--python /usr/bin/python3.11] [--verbose] [NAME ...]

A case is a row of cases.py: a name, a shell line in which $PY is the program, and perhaps files to make first.  Each
line runs in a folder of its own.  What must differ is made equal first: the program's name, versions, addresses.
"""
import argparse
import concurrent.futures
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from cases import CASES

TIMEOUT_S = 30


def clean(text: str, program: str, folder: str) -> str:
    """Text without what can't be equal."""
    text = text.replace(folder, "FOLDER").replace(program, "PROGRAM")
    text = re.sub(r"\b(ouro|python3\.11|python3|python)\b(?=: |:\n)", "PROGRAM", text)
    text = re.sub(r"3\.11\.\d+ ?\([^)]*\) \[[^]]*\]", "VERSION", text)
    text = re.sub(r"Python 3\.11\.\d+.*", "Python VERSION", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0xADDRESS", text)
    text = re.sub(r"\bline \d+(?=, in \w+\n.*\n?.*frozen)", "line N", text)
    text = re.sub(r"/bin/(?:ba)?sh: (?:line )?\d+: ", "", text)
    return re.sub(r"ouroboros-311|cpython-311", "TAG", text)


def run(program: str, case: dict, timeout: float) -> tuple[int, str, str]:
    """Exit status, standard output, standard error of a case under a program."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in case.get("files", {}).items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        env = {"PATH": "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C.UTF-8", "PY": program, "TERM": "dumb",
               "PYTHONHASHSEED": "0", **case.get("env", {})}
        try:
            done = subprocess.run(["/bin/bash", "-c", case["line"]], cwd=folder, env=env, timeout=timeout,
                                  input=case.get("input", "").encode(), capture_output=True)
        except subprocess.TimeoutExpired as late:
            return 124, (late.stdout or b"").decode(errors="replace"), "TIMEOUT " + (late.stderr or b"").decode(errors="replace")
        out, err = (clean(text.decode(errors="backslashreplace"), program, folder) for text in (done.stdout, done.stderr))
        return done.returncode, out, err


def compare(case: dict, options: argparse.Namespace) -> str:
    """The difference, or nothing."""
    timeout = TIMEOUT_S * options.slower
    theirs, ours = run(options.python, case, timeout), run(options.ouro, case, timeout)
    differing = []
    for what, their, our in zip(("status", "stdout", "stderr"), theirs, ours):
        if what in case.get("ignore", ()):
            continue
        if what == "stderr" and case.get("last"):
            their, our = (text.rstrip("\n").rpartition("\n")[2] for text in (their, our))
        if their != our:
            lines = difflib.unified_diff(str(their).splitlines(), str(our).splitlines(), "python", "ouro", "", "", 1, "")
            differing.append(f"  {what}:\n    " + "\n    ".join(lines))
    return "\n".join(differing)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--ouro", required=True)
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--slower", type=float, default=1, help="factor on the time limit")
    parser.add_argument("--verbose", action="store_true", help="name each case")
    parser.add_argument("names", nargs="*", help="only cases whose name contains one of these")
    options = parser.parse_args()
    options.ouro = os.path.abspath(options.ouro)
    cases = [case for case in CASES if not options.names or any(name in case["name"] for name in options.names)]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, difference in zip(cases, pool.map(lambda case: compare(case, options), cases)):
            if difference:
                failed += 1
                print(f"FAILED {case['name']}: {case['line']}\n{difference}")
            elif options.verbose:
                print(f"passed {case['name']}")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
