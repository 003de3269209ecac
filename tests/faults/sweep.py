#!/usr/bin/env python3
"""Refuse each allocation of a program in turn, and see that it always ends well.

    sweep.py --ouro build/quick/ouro [options] PROGRAM

`-X fail-at=0` counts the program's allocations; then it runs once for each of them with `-X fail-at=N` (that one is
refused) or `-X fail-at=N:` (that one and all after it).  A run ends well if it prints what the undisturbed program
prints, or ends with a MemoryError (an uncaught one, one that was reported as "ignored", or the fatal message before
there are exceptions).  A signal, a hang, another exception, a failed audit, or another output without a MemoryError
is a defect.  Where the command does not tell how many allocations there were, the sweep ends after --until.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOLD = re.compile(r"^fail-at: (\d+) allocations", re.M)
MEMORY = re.compile(r"MemoryError|[Oo]ut of memory|[Mm]emory allocation failed|no memory")
CRASHED = re.compile(r"AddressSanitizer|runtime error: |panic|Assertion|Segmentation fault")


class Sweep:
    def __init__(self, options):
        self.options = options
        self.audit = ["-X", "audit"] if options.audit else []

    def run(self, fail_at: str | None, program: list[str]) -> tuple[int | None, str, str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        env.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")
        origin = "start:" if self.options.start else ""
        switch = [] if fail_at is None else ["-X", f"fail-at={origin}{fail_at}"]
        argv = [self.options.ouro, "-S", *self.audit, *switch, *self.options.option, *program]
        with tempfile.TemporaryDirectory() as cwd:
            try:
                done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd, env=env,
                                      timeout=self.options.timeout * self.options.slower)
            except subprocess.TimeoutExpired as end:
                return None, (end.stdout or b"").decode(errors="replace"), (end.stderr or b"").decode(errors="replace")
        return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")

    def count(self, program: list[str]) -> int | None:
        told = TOLD.search(self.run("0", program)[2])
        return int(told.group(1)) if told else None

    def judge(self, fail_at: str, program: list[str], clean: str) -> str | None:
        """Why the run is wrong; None where it ended well."""
        status, stdout, stderr = self.run(fail_at, program)
        if status is None:
            return "hangs"
        if status < 0 or status in (134, 139):
            return f"signal {-status if status < 0 else status - 128}"
        if CRASHED.search(stderr):
            return f"crashed (status {status})"
        if re.search(r"^audit: FAILED", stderr, re.M) or status == 99:
            return "the audit failed"
        if status == 0 and stdout == clean:
            return None
        if MEMORY.search(stderr) or (MEMORY.search(stdout) and not MEMORY.search(clean)):
            return None
        if status == 0:
            return "other output, and no MemoryError"
        lines = [line for line in stderr.strip().splitlines() if not re.match(r"(audit|fail-at): ", line)]
        return f"status {status}: {lines[-1] if lines else '(nothing on stderr)'}"


def choose(first: int, last: int, step: int, samples: int) -> list[int]:
    """Which allocations to refuse: all, every step-th, or `samples` of them, spread evenly."""
    numbers = list(range(first, last + 1, step))
    if samples and len(numbers) > samples:
        numbers = sorted({numbers[i * len(numbers) // samples] for i in range(samples)} | {numbers[-1]})
    return numbers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ouro", required=True)
    parser.add_argument("--mode", choices=("one", "rest"), default="one", help="refuse one allocation, or all from it on")
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--until", type=int, help="the last allocation to refuse; else as many as there are")
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--samples", type=int, default=0, help="at most so many runs, spread evenly")
    parser.add_argument("--start", action="store_true", help="count from the first allocation of start-up")
    parser.add_argument("--after-start", action="store_true", help="skip the allocations of an empty program's start")
    parser.add_argument("--no-audit", dest="audit", action="store_false")
    parser.add_argument("--timeout", type=float, default=20)
    parser.add_argument("--slower", type=float, default=1, help="factor on the time limit")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--option", action="append", default=[], help="another option for the command")
    parser.add_argument("--keep-going", type=int, default=20, help="stop after so many defects")
    parser.add_argument("program", nargs="+", help="a program and its arguments; `-c CODE` works too after --")
    options = parser.parse_args()
    options.ouro = str(Path(options.ouro).resolve())
    program = [str(Path(word).resolve()) if word.endswith(".py") else word for word in options.program]

    sweep = Sweep(options)
    status, clean, stderr = sweep.run(None, program)
    if status != 0:
        print(f"undisturbed, the program ends with {status}:\n{stderr}")
        return 1
    total = sweep.count(program)
    last = options.until or total
    if last is None:
        print("`ouro -X fail-at=0` does not print `fail-at: N allocations` on stderr: give --until")
        return 1
    first = options.first
    if options.after_start:
        first = max(first, (sweep.count(["-c", "pass"]) or 0) * 3 // 4)
    numbers = choose(first, last, options.step, options.samples)
    suffix = ":" if options.mode == "rest" else ""

    defects = ran = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        waiting = [(n, pool.submit(sweep.judge, f"{n}{suffix}", program, clean)) for n in numbers]
        for number, future in waiting:
            if defects >= options.keep_going:
                future.cancel()
                continue
            ran += 1
            why = future.result()
            if why:
                defects += 1
                print(f"FAIL  -X fail-at={number}{suffix}: {why}", flush=True)
    print(f"{ran - defects} passed, {defects} failed (of {total if total is not None else '?'} allocations,"
          f" {first} to {last}, mode {options.mode})")
    return defects != 0


if __name__ == "__main__":
    sys.exit(main())
