#!/usr/bin/env python3
"""Which lines did the tests reach?  After `make coverage` and `ctest --test-dir build/coverage`.

    coverage.py [--build build/coverage] [--missing FILE | --functions]

Prints a line a folder and a file; with --missing the lines of one file that nothing reached; with --functions the
functions that nothing called.
"""
import argparse
import collections
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/coverage")
    parser.add_argument("--missing", help="a source file, as src/types/list.c")
    parser.add_argument("--functions", action="store_true")
    options = parser.parse_args()
    counts = collections.defaultdict(dict)                  # file: line: times
    calls = collections.Counter()                           # (file, function): times
    for data in sorted(options.build.rglob("*.gcda")):
        done = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], capture_output=True, text=True,
                              cwd=options.build)
        for text in done.stdout.splitlines():
            for file in json.loads(text)["files"]:
                path = (options.build / file["file"]).resolve()
                if not path.is_relative_to(ROOT / "src"):
                    continue
                name = path.relative_to(ROOT).as_posix()
                for function in file["functions"]:
                    calls[name, function["name"]] += function["execution_count"]
                lines = counts[name]
                for line in file["lines"]:
                    lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
    if options.missing:
        print(*[number for number, times in sorted(counts[options.missing].items()) if not times], sep="\n")
        return 0
    if options.functions:
        print(*[f"{name}: {function}" for (name, function), times in sorted(calls.items()) if not times], sep="\n")
        return 0
    folders = collections.defaultdict(lambda: [0, 0])
    for path, lines in sorted(counts.items()):
        reached = sum(times > 0 for times in lines.values())
        for name in (path, path.rsplit("/", 1)[0] + "/", "all"):
            folders[name][0] += reached
            folders[name][1] += len(lines)
    for name, (reached, total) in sorted(folders.items()):
        print(f"{100 * reached / max(1, total):6.1f} %  {reached:6} of {total:6}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
