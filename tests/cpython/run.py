#!/usr/bin/env python3
"""Run CPython's own test files on the runtime, and compare with the record of what passes: it may only grow.

    run.py --ouro build/quick/ouro                      every recorded file that is not marked `slow`
    run.py --ouro build/quick/ouro --all                those too
    run.py --ouro build/quick/ouro test_dict test_set   these, recorded or not, with the last line of each failure
    run.py --ouro build/quick/ouro --record [FILE]...   write what passes now into the record
    run.py --ouro build/quick/ouro test_dict --only Views --verbose      one test, with its whole traceback

The files are Debian's libpython3.11-testsuite.  Each runs in a process of its own, in an empty folder, by worker.py; a file
that crashes or does not end fails.  passing.txt has a paragraph a file:

    test_dict 109 slow
      - DictTest.test_splittable_popitem

the number of tests that pass, and the tests that do not.  A test that is not named there must pass."""

import argparse
import concurrent.futures
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = Path("/usr/lib/python3.11/test")
TIMEOUT_S = 120
SLOW_S = 6          # what takes longer is not run by ctest
MEMORY = "1500m"
ABSENT = "IMPORT"   # the "test" that fails when a file cannot be imported


class Result:
    """What one file did."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped = name, set(), {}, set()
        self.ended, self.running, self.status, self.seconds = False, "", None, 0.0

    def read(self, path):
        for line in path.read_text().splitlines():
            kind, test, text = json.loads(line)
            if kind == "start":
                self.running = test
            elif kind == "end":
                self.ended = True
            elif kind == "skip":
                self.skipped.add(test)
            elif kind == "pass":
                self.passed.add(test)
            else:
                self.failed.setdefault(test or ABSENT, text)
        self.passed -= self.failed.keys()

    def crash(self):
        """Why the process did not come to its end, or None."""
        if self.status == 0 and (self.ended or ABSENT in self.failed):
            return None
        how = "no end" if self.status is None else f"signal {-self.status}" if self.status < 0 else f"status {self.status}"
        return f"{how}, during {self.running or 'import'}"


class Record:
    """passing.txt: of each file the number of tests that pass, and the names of those that do not."""

    def __init__(self, path):
        self.path, self.files, self.head = path, {}, ""
        failing = None
        for line in path.read_text().splitlines() if path.exists() else []:
            if line.startswith("#"):
                self.head += line + "\n"
            elif line.startswith("  - "):
                failing.add(line[4:])
            elif line:
                name, n, *marks = line.split()
                failing = set()
                self.files[name] = (int(n), failing, "slow" in marks)

    def set(self, result):
        self.files[result.name] = (len(result.passed), set(result.failed), result.seconds > SLOW_S)

    def write(self):
        text = self.head
        for name, (n, failing, slow) in sorted(self.files.items()):
            text += f"{name} {n}{' slow' if slow else ''}\n" + "".join(f"  - {test}\n" for test in sorted(failing))
        self.path.write_text(text)


def run(options, name):
    """Run one file."""
    result, began = Result(name), time.monotonic()
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    env.update(LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="0", PYTHONPYCACHEPREFIX=str(options.cache))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        work, report = Path(folder, "work"), Path(folder, "report")
        work.mkdir()
        command = [options.ouro, *options.switch, str(HERE / "worker.py"), name, str(report), *options.only]
        with open(Path(folder, "output"), "wb") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=work, env=env,
                                       start_new_session=True)
            try:
                result.status = process.wait(TIMEOUT_S * options.slower)
            except subprocess.TimeoutExpired:
                pass
            finally:
                try:
                    os.killpg(process.pid, signal.SIGKILL)  # and what it left behind
                except ProcessLookupError:
                    pass
                process.wait()
        if report.exists():
            result.read(report)
        if result.crash():
            result.failed.setdefault(ABSENT if not result.running else result.running,
                                     Path(folder, "output").read_text(errors="replace")[-2000:])
    result.passed -= result.failed.keys()
    result.seconds = time.monotonic() - began
    return result


def losses(record, result):
    """The tests that the record says pass, and failed.  A crash is never in the record: what ran before it does not make up for it."""
    n, failing, _ = record.files.get(result.name, (0, None, False))
    if failing is None:
        return []
    lost = sorted(test for test in result.failed if test not in failing)
    if not lost and result.crash():
        lost = [result.running]
    if not lost and len(result.passed) < n:
        lost = [f"{n} tests are recorded, {len(result.passed)} passed"]
    return lost


def run_twice(options, record, name):
    """Some of the tests depend on how busy the machine is: what is lost gets a second try."""
    result = run(options, name)
    return run(options, name) if losses(record, result) else result


def judge(options, record, result):
    """Print what is worth it.  Is the record kept?"""
    lost = losses(record, result)
    won = sorted(record.files.get(result.name, (0, set()))[1] & result.passed)
    good = not lost
    if options.files or not good or won or options.verbose:
        crash = result.crash()
        print(f"{'ok  ' if good else 'LOST'} {result.name}: {len(result.passed)} passed, {len(result.failed)} failed,"
              f" {len(result.skipped)} skipped, {result.seconds:.1f} s{'; CRASHED: ' + crash if crash else ''}")
        for test in sorted(result.failed) if options.files and good else lost:
            text = (result.failed.get(test) or "").strip()
            print(f"       {test}: " + (text if options.verbose else text.splitlines()[-1][:160] if text else ""))
        for test in won:
            print(f"       passes now: {test}    (record it with --record {result.name})")
        sys.stdout.flush()
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ouro", required=True)
    parser.add_argument("--all", action="store_true", help="slow files too")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--only", action="append", default=[], help="tests whose name holds it")
    parser.add_argument("--switch", action="append", default=[], help="of the runtime, as --switch=-Xaudit")
    parser.add_argument("--slower", type=float, default=1, help="factor on the time limit")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cache", type=Path, default=HERE.parent.parent / "build" / "cpython-cache")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    if not (TESTS / "test_grammar.py").exists():
        print(f"skipped: CPython's test files are not in {TESTS}; apt-get install libpython3.11-testsuite brings them")
        return 77
    options.ouro = str(Path(options.ouro).resolve())
    options.cache = options.cache.resolve()
    options.switch = options.switch or ["-X", "memory-limit=" + MEMORY]
    record = Record(HERE / "passing.txt")
    names = options.files or [name for name, (_, _, slow) in sorted(record.files.items()) if options.all or not slow]
    lost = n_passed = n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(lambda name: run_twice(options, record, name), names):
            n_passed, n_failed = n_passed + len(result.passed), n_failed + len(result.failed)
            if options.record and not options.only:
                if result.crash():
                    print(f"not recorded, it crashed ({result.crash()}): {result.name}")
                elif result.passed:
                    record.set(result)
            else:
                lost += not judge(options, record, result)
    if options.record:
        record.write()
    print(f"{len(names)} files: {n_passed} tests passed, {n_failed} failed; {lost} files lost something")
    return lost != 0


if __name__ == "__main__":
    sys.exit(main())
