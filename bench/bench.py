#!/usr/bin/env python3
"""Measure ouro against CPython 3.11 in one run: every row, as a ratio.

    bench.py [--ouro build/release/ouro] [--rounds 5] [--markdown docs/performance.md] [GROUP ...]

A group is a program of bench/programs (and `startup`, measured here).  Each row is run --rounds times under both, one
after the other, in the opposite order every other round, so that a change of the machine's speed meets both.  A row's
ratio is CPython's median over ouro's: above 1 ouro is better (faster, smaller), below 1 CPython is.  A group's
figure is the geometric mean of its rows.  A row that ouro can't run is printed as such and is in no mean.
With --markdown the table replaces what stands between the lines `<!-- bench -->` and `<!-- /bench -->`.
"""
import argparse
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TITLES = {
    "startup": ("Start to end", "s"),
    "calls": ("Calls", "s"),
    "arithmetic": ("Loops and arithmetic", "s"),
    "attributes": ("Attributes and names", "s"),
    "regex": ("Regular expressions", "s"),
    "exceptions": ("Exceptions", "s"),
    "generators": ("Generators and comprehensions", "s"),
    "allocation": ("Allocation and deallocation", "s"),
    "cycles": ("Cyclic garbage", "s"),
    "collection": ("Full collection of live objects", "s"),
    "bytes_per_object": ("Bytes per object", "B"),
    "memory_returned": ("Memory still held after a free", "%"),
}
SCALED = {"calls", "arithmetic", "attributes", "regex", "exceptions", "generators", "allocation", "cycles"}
STARTUP = {                             # row: arguments
    "nothing, without site": ["-I", "-S", "-c", "pass"],
    "nothing": ["-c", "pass"],
    "print": ["-I", "-c", "print('hello')"],
    "import os and sys": ["-I", "-c", "import os, sys"],
    "import re": ["-I", "-c", "import re"],
    "import json": ["-I", "-c", "import json"],
    "import dataclasses": ["-I", "-c", "import dataclasses"],
    "import unittest": ["-I", "-c", "import unittest"],
}
STARTS_A_SAMPLE = 20
TIMEOUT_S = 120


class Side:
    """One of the two runtimes."""

    def __init__(self, command: str, cwd: str):
        self.command, self.cwd = command, cwd
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        # Caches of compiled modules are part of a start: both write their own, in a folder of this run.
        self.cache = ["-X", f"pycache_prefix={cwd}/pycache-{Path(command).name}"]

    def run(self, argv: list[str]) -> str:
        done = subprocess.run([self.command, *self.cache, *argv], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=TIMEOUT_S, cwd=self.cwd, env=self.env)
        if done.returncode != 0:
            lines = done.stderr.strip().splitlines()
            raise RuntimeError(lines[-1] if lines else f"exit status {done.returncode}")
        return done.stdout

    def start_to_end(self, argv: list[str]) -> float:
        """Seconds from the start of the process to its end; without pipes, which would be measured too."""
        command = [self.command, *self.cache, *argv]
        silent = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        start = time.perf_counter()
        _, status = os.waitpid(os.posix_spawn(self.command, command, self.env, file_actions=silent), 0)
        seconds = time.perf_counter() - start
        if status != 0:
            raise RuntimeError(f"exit status {os.waitstatus_to_exitcode(status)}")
        return seconds

    def sample(self, group: str, row: str, scale: float) -> float:
        if group == "startup":
            self.run(STARTUP[row])      # warm: the caches are written, the files are in memory
            return min(self.start_to_end(STARTUP[row]) for _ in range(STARTS_A_SAMPLE))
        argv = [str(HERE / "programs" / (group + ".py")), row]
        if group in SCALED:
            argv.append(str(scale))
        return float(self.run(argv).split()[-1])


def rows_of(group: str, reference: Side) -> list[str]:
    if group == "startup":
        return list(STARTUP)
    return reference.run([str(HERE / "programs" / (group + ".py"))]).splitlines()


def shown(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    if unit == "s":
        return f"{value * 1e3:.2f} ms" if value < 1 else f"{value:.3f} s"
    return f"{value:.1f} {unit}"


def geometric_mean(values: list[float]) -> float | None:
    return math.exp(statistics.fmean(map(math.log, values))) if values else None


def measure(group: str, row: str, ouro: Side, python: Side, options) -> tuple:
    """(ouro's median, CPython's, why ouro has none)."""
    samples = {ouro: [], python: []}
    for turn in range(options.rounds):
        for side in ((ouro, python), (python, ouro))[turn % 2]:
            try:
                samples[side].append(side.sample(group, row, options.scale))
            except (RuntimeError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
                if side is python:
                    raise
                why = "no end" if isinstance(error, subprocess.TimeoutExpired) else str(error)
                return None, None, why
    return statistics.median(samples[ouro]), statistics.median(samples[python]), None


def markdown(path: Path, table: list[str]) -> None:
    begin, end = "<!-- bench -->", "<!-- /bench -->"
    text = path.read_text() if path.exists() else f"# Performance\n\n{begin}\n{end}\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before.rstrip()}\n\n{begin}\n" + "\n".join(table) + f"\n{end}{after or chr(10)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ouro", default=str(HERE.parent / "build/release/ouro"))
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=3, help="factor on the length of the timed loops")
    parser.add_argument("--row", action="append", default=[], help="only rows whose name holds it")
    parser.add_argument("--markdown", type=Path, help="write the table there")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=" ".join(TITLES))
    options = parser.parse_args()
    unknown = [group for group in options.groups if group not in TITLES]
    if unknown:
        parser.error(f"no group {unknown[0]}; there are {' '.join(TITLES)}")

    table, means, failed = [], [], 0
    with tempfile.TemporaryDirectory() as cwd:
        ouro, python = Side(str(Path(options.ouro).resolve()), cwd), Side(options.python, cwd)
        for group in options.groups or TITLES:
            title, unit = TITLES[group]
            print(f"\n{title}\n{'':42} {'ouro':>12} {'python3.11':>12} {'ratio':>7}", flush=True)
            table += ["", f"### {title}", "", "| row | ouro | python3.11 | ratio |", "| --- | ---: | ---: | ---: |"]
            ratios = []
            for row in rows_of(group, python):
                if options.row and not any(word in row for word in options.row):
                    continue
                ours, theirs, why = measure(group, row, ouro, python, options)
                failed += why is not None
                if why is None:
                    ratio = theirs / ours if ours > 0 else float("inf")
                    ratios.append(max(ratio, 1e-6))
                    cells = shown(ours, unit), shown(theirs, unit), f"{ratio:.2f}"
                else:
                    cells = "-", "-", "failed: " + why[:60]
                print(f"{row:42} {cells[0]:>12} {cells[1]:>12} {cells[2]:>7}", flush=True)
                table.append(f"| {row.replace('*', chr(92) + '*')} | {' | '.join(cells)} |")
            mean = geometric_mean(ratios)
            if mean is not None:
                means.append((title, mean, len(ratios)))
                print(f"{'geometric mean':42} {'':12} {'':12} {mean:7.2f}", flush=True)
                table.append(f"| **geometric mean** | | | **{mean:.2f}** |")

    print("\nCPython's time (or bytes) over ouro's; above 1 ouro is better")
    for title, mean, rows in means:
        print(f"  {title:34} {mean:6.2f}  ({rows} rows)")
    if failed:
        print(f"{failed} rows failed under ouro")
    if options.markdown:
        head = [f"CPython 3.11's median over ouro's, {options.rounds} interleaved rounds, on {os.cpu_count()} cores of"
                f" {platform.machine()}; above 1 ouro is better.", "", "| group | rows | geometric mean |",
                "| --- | ---: | ---: |"] + [f"| {title} | {rows} | {mean:.2f} |" for title, mean, rows in means]
        markdown(options.markdown, head + table)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
