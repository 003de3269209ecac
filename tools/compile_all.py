#!/usr/bin/env python3
"""Compile every Python file below some folders with the Python that runs this, and report what does not compile.

    OURO tools/compile_all.py [--list] [FOLDER ...]        default: the standard library's folder

Prints a line for each file that raises, with the error; a file is excused if it is one of the test-suite's bad ones (named bad*).
Exit status 1 if any other raised.  Uses nothing beyond built-in modules and os, so that a young runtime can run it.
"""
import os
import sys


def files(folder):
    for name in sorted(os.listdir(folder)):
        path = folder + "/" + name
        if os.path.isdir(path):
            if name != "__pycache__":
                yield from files(path)
        elif name.endswith(".py"):
            yield path


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    folders = arguments or [os.path.dirname(os.__file__)]
    n = failed = excused = 0
    for folder in folders:
        for path in files(folder):
            if "--list" in sys.argv:
                print(path)
            with open(path, "rb") as f:
                source = f.read()
            n += 1
            try:
                compile(source, path, "exec", dont_inherit=True)
            except Exception as e:
                if os.path.basename(path).startswith("bad") or "/lib2to3/tests/data/" in path:
                    excused += 1
                    continue
                failed += 1
                print(f"{path}: {type(e).__name__}: {e}")
    print(f"{n} files, {excused} are meant not to compile, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
