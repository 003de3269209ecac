#!/usr/bin/env python3
"""Check the names that the library defines, and those that the command exports.

    check_symbols.py --library libouro.a [--command ouro]

A function or variable that other files can see is named ou_..., or is CPython's API (Py..., _Py...) or ours
(Ouro_...): nothing else may collide with the names of a program that embeds the library.  The command exports the
API and nothing of its own inside or of the libraries linked into it.
"""
import argparse
import re
import subprocess
import sys

DEFINED = re.compile(r"^(?:ou_|_?Py|Ouro_)")
EXPORTED = re.compile(r"^(?:_?Py|Ouro_)")
# What the linker and the compiler's run-time support put into every command, or into an instrumented one.
TOOLCHAIN = re.compile(r"^(?:_init|_fini|_start|_end|_edata|__bss_start|_IO_stdin_used|stdin|stdout|stderr|environ|__data_start"
                       r"|data_start|__.*|_ZN?\w*|\w*(?:asan|ubsan|lsan|sanitizer|interceptor)\w*)$")


def names(argv: list[str]) -> set[str]:
    done = subprocess.run(["nm", "--defined-only", *argv], capture_output=True, text=True)
    found = set()
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] in "TDBRVWGSi":
            found.add(words[2].split("@")[0])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", required=True)
    parser.add_argument("--command")
    options = parser.parse_args()
    wrong = 0
    for name in sorted(names(["--extern-only", options.library])):
        if not DEFINED.match(name) and not TOOLCHAIN.match(name):
            wrong += 1
            print(f"{options.library}: {name} should be static, or be named ou_{name}")
    if options.command:
        exported = names(["--dynamic", options.command])
        if not any("asan" in name for name in exported):        # a sanitizer exports its own world
            for name in sorted(exported):
                if not EXPORTED.match(name) and not TOOLCHAIN.match(name):
                    wrong += 1
                    print(f"{options.command}: exports {name}")
            print(f"symbols: {sum(bool(EXPORTED.match(name)) for name in exported)} exported")
    print(f"symbols: {wrong} wrong" if wrong else "symbols: clean")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
