#!/usr/bin/env python3
"""Import every top-level module of the standard library under ouro and under CPython, each in a process of its own.

    import_all.py --ouro build/quick/ouro [--python /usr/bin/python3.11] [--extensions] [NAME ...]

Prints what CPython imports and ouro does not, grouped by the reason, the most shared first.  With --extensions only the
compiled modules of lib-dynload, with every symbol bound at once.  Exit status 1 if anything fails.
"""
import argparse
import concurrent.futures
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

NOT_TRIED = {"antigravity", "this", "idlelib", "turtledemo"}     # they open windows, or print


def module_names(extensions: bool) -> list[str]:
    library = Path(sysconfig.get_path("stdlib"))
    if extensions:
        return sorted(path.name.split(".")[0] for path in (library / "lib-dynload").glob("*.so"))
    return sorted(name for name in sys.stdlib_module_names if name not in NOT_TRIED)


def last_line(command: str, name: str) -> str | None:
    """None if the import works; else the error's last line."""
    environment = dict(os.environ, LD_BIND_NOW="1")
    try:
        done = subprocess.run([command, "-W", "ignore", "-c", f"import {name}"], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, env=environment)
    except subprocess.TimeoutExpired:
        return "timeout"
    if done.returncode == 0:
        return None
    if done.returncode < 0:
        return f"killed by signal {-done.returncode}"
    return (done.stderr.strip().splitlines() or ["no message"])[-1]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ouro", required=True)
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--extensions", action="store_true")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    names = args.names or module_names(args.extensions)
    reasons: dict[str, list[str]] = {}
    n_tried = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ours = pool.map(lambda name: last_line(args.ouro, name), names)
        for name, reason in zip(names, ours):
            if reason is not None and last_line(args.python, name) is not None:
                continue                        # CPython can't either
            n_tried += 1
            if reason is not None:
                reasons.setdefault(reason, []).append(name)
    for reason, failed in sorted(reasons.items(), key=lambda row: -len(row[1])):
        print(f"{len(failed):4}  {reason}\n      {' '.join(failed)}")
    n_failed = sum(map(len, reasons.values()))
    print(f"{n_tried - n_failed} of {n_tried} modules import")
    return n_failed != 0


if __name__ == "__main__":
    sys.exit(main())
