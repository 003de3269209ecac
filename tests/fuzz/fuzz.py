#!/usr/bin/env python3
"""Feed the runtime what nobody writes, and see that it never ends by a signal, hangs, or loses a count.

    fuzz.py --ouro build/sanitize/ouro MODE [--seed N] [--count N | --seconds N]

MODE is parser, marshal, pickle, bytecode (see worker.py) or programs (generated programs, whose output must be python3.11's:
see programs.py).  A case depends on the seed and its number alone.  A defect is printed with the command that shows it
again.  Cases run in batches, one process a batch, under -X audit and a memory limit.
"""
import argparse
import concurrent.futures
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import programs  # noqa: E402

CRASHED = re.compile(r"AddressSanitizer|runtime error: |panic|Assertion|audit: FAILED")
BATCH = {"parser": 400, "marshal": 300, "pickle": 500, "bytecode": 200, "programs": 20}


def corpus(mode):
    """The language tests; for what is run, those that import nothing and end soon."""
    files = sorted((HERE.parent / "language").rglob("[!_]*.py")) + sorted((HERE.parent / "faults" / "programs").glob("*.py"))
    if mode != "parser":
        files = [file for file in files if file.stat().st_size < 20000 and file.parent.name != "_helpers"
                 and file.stem not in ("large", "behaviour", "mutation")
                 and not re.search(r"^\s*(import|from) ", file.read_text(errors="replace"), re.M)]
    return [str(file) for file in files]


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.files = corpus(options.mode)
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.env.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8")

    def start(self, argv, timeout):
        with tempfile.TemporaryDirectory() as cwd:
            try:
                end = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, cwd=cwd, env=self.env, timeout=timeout)
                return end.returncode, end.stdout.decode(errors="replace"), end.stderr.decode(errors="replace")
            except subprocess.TimeoutExpired as end:
                return None, (end.stdout or b"").decode(errors="replace"), (end.stderr or b"").decode(errors="replace")

    def command(self, first, count):
        return [self.options.ouro, "-X", "audit", "-X", f"memory-limit={self.options.limit}", str(HERE / "worker.py"),
                self.options.mode, str(self.options.seed), str(first), str(count), *self.files]

    def judge(self, first, count):
        """What is wrong with a batch and the number of the case it ended in; None if all is well."""
        timeout = (20 + count * 0.3) * self.options.slower
        status, stdout, stderr = self.start(self.command(first, count), timeout)
        numbers = re.findall(r"^(\d+|end|late)$", stdout, re.M)     # the cases may print too
        if numbers[-1:] == ["late"] and status == 0:                # it catches what should stop it: no defect
            done = int(numbers[-2]) + 1 - first
            return self.judge(first + done, count - done) if done < count else None
        last = int(numbers[-1]) if numbers and numbers[-1] != "end" else first
        if status is None:
            return last, "hangs", stderr
        if status < 0 or CRASHED.search(stderr) or status in (99, 134, 139):
            return last, f"status {status}", stderr
        if not numbers or numbers[-1] != "end":
            return last, f"ended early, status {status}", stderr
        return None

    def batch(self, first, count):
        """The defects of a batch, as lines of text."""
        if self.options.mode == "programs":
            return self.compare(first, count)
        found = []
        while count > 0 and len(found) < self.options.keep_going:
            wrong = self.judge(first, count)
            if wrong is None:
                break
            last, why, stderr = wrong
            alone = self.judge(last, 1)
            shown = " ".join(self.command(last, 1)) if alone else " ".join(self.command(first, count))
            lines = [line for line in (alone or wrong)[2].splitlines() if CRASHED.search(line) or line.lstrip().startswith("#")]
            found.append(f"case {last}: {why}{'' if alone else ' (not alone)'}\n    " + "\n    ".join(lines[:12]) + f"\n    {shown[:300]}")
            count -= last + 1 - first
            first = last + 1
        return found

    def compare(self, first, count):
        found = []
        for number in range(first, first + count):
            text = programs.program(self.options.seed, number)
            with tempfile.NamedTemporaryFile("w", suffix=".py", prefix=f"fuzz{number}_") as file:
                file.write(text)
                file.flush()
                want = self.start([self.options.python, "-I", "-W", "ignore", file.name], 10)
                if want[0] is None:
                    continue
                have = self.start([self.options.ouro, "-X", "audit", "-W", "ignore", file.name], 30 * self.options.slower)
            if have[0] is None or have[0] < 0 or CRASHED.search(have[2]) or (have[0], have[1]) != (want[0], want[1]):
                lines = zip(itertools.chain(want[1].splitlines(), itertools.repeat(None)), have[1].splitlines() + [None])
                pair = next(((a, b) for a, b in lines if a != b), ("", ""))
                found.append(f"program {number}: status {have[0]}, not {want[0]}; wanted {pair[0]!r}, got {pair[1]!r}\n"
                             f"    {have[2][-600:]}\n    {sys.executable} {HERE / 'programs.py'} {self.options.seed} {number}")
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mode", choices=tuple(BATCH))
    parser.add_argument("--ouro", required=True)
    parser.add_argument("--python", default="/usr/bin/python3.11", help="the reference")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, help="go on for so long, whatever the count")
    parser.add_argument("--limit", default="256m", help="the memory limit of a batch")
    parser.add_argument("--slower", type=float, default=1, help="factor on every time limit")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep-going", type=int, default=10, help="stop after so many defects")
    options = parser.parse_args()
    options.ouro = str(Path(options.ouro).resolve())

    fuzzer, found, ran, began = Fuzzer(options), [], 0, time.monotonic()
    size, first = BATCH[options.mode], options.first
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        while len(found) < options.keep_going:
            if options.seconds is None and ran >= options.count:
                break
            if options.seconds is not None and time.monotonic() - began > options.seconds:
                break
            waiting = []
            for _ in range(options.jobs):
                n = size if options.seconds is not None else min(size, options.count - ran)
                if n > 0:
                    waiting.append(pool.submit(fuzzer.batch, first, n))
                    first += n
                    ran += n
            for future in waiting:
                for text in future.result():
                    found.append(text)
                    print("FAIL  " + text, flush=True)
    print(f"{options.mode}: {ran} cases, {len(found)} defects (seed {options.seed}, {time.monotonic() - began:.1f} s)")
    return len(found) != 0


if __name__ == "__main__":
    sys.exit(main())
