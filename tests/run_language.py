#!/usr/bin/env python3
"""Run programs under ouro and compare what they print with what they must print.

    run_language.py --ouro build/quick/ouro [options] FOLDER or FILE ...

A case is a file in one of the FOLDERs (not deeper; names that begin with _ are helpers, not cases):

    NAME.py    run as a script.  Its stdout must be NAME.out if that is beside it, else what CPython 3.11 prints
               for the same file.  Where CPython fails, the exit status and the last line of stderr must be its too.
    NAME.repl  a transcript: lines after ">>> " and "... " are typed at `ouro -i -q`, the others must be printed.

In a .out or .repl file {{...}} holds a regular expression; everything else stands for itself.  Lines of a program's first comment block
may say more about it:

    # differs: REASON        ouro means to print something else than CPython here; needs a .out
    # status: N              the exit status, where there is a .out (else 0)
    # stderr: PATTERN        what the last line of stderr must be, {{...}} as above
    # options: -O -X dev     options before the script, for both
    # args: a b              arguments after it, for both
    # stdin: TEXT            a line of standard input
    # site: yes              without -S, which ouro gets else: what lies in this machine's site folders is no test's affair
    # not-under: gc-stress REASON    a configuration or build (sanitize) in which the program can't be run
    # timeout: SECONDS       else 60

Configurations: plain; audit (-X audit: a count that is not explained fails the case); gc-stress (audit, and a
collection requested at every seventh allocation of a collected object); pressure (audit, and an emergency collection
inside every 97th allocation of any kind).
"""
import argparse
import concurrent.futures
import difflib
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONFIGS = {
    "plain": ([], 1),
    "audit": (["-X", "audit"], 1),
    "gc-stress": (["-X", "audit", "-X", "gc-stress=7"], 10),
    "pressure": (["-X", "audit", "-X", "memory-pressure=97"], 10),
}
DIRECTIVES = ("differs", "status", "stderr", "options", "args", "stdin", "site", "not-under", "timeout")
CRASHED = re.compile(r"AddressSanitizer|runtime error: |ou_panic|ouroboros: panic")
TIMEOUT_S = 60
AUDIT_FAILED = 99          # the command's exit status when the audit found a count that is wrong


def pattern(expected: str) -> re.Pattern:
    """Text with {{regular expressions}} in it, as one regular expression."""
    parts = re.split(r"\{\{(.*?)\}\}(?!\})", expected)
    return re.compile("".join(f"(?:{p})" if i % 2 else re.escape(p) for i, p in enumerate(parts)), re.S)


def transcript(text: str) -> tuple[str, str]:
    """Split a .repl case into what is typed and what must be printed."""
    typed, printed = [], []
    for line in text.splitlines():
        if line.startswith((">>> ", "... ")):
            typed.append(line[4:])
        elif line in (">>>", "..."):
            typed.append("")
        elif not line.startswith("#"):
            printed.append(line)
    return "\n".join(typed) + "\n", "\n".join(printed)


def directives(text: str) -> dict[str, str]:
    """The `# name: value` lines of the first comment block."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        name, colon, value = line[1:].partition(":")
        if colon and name.strip() in DIRECTIVES:
            found[name.strip()] = value.strip()
    return found


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


def last_line(stderr: str) -> str:
    """The last line of stderr that is the program's, not the audit's or a switch's report."""
    lines = [line for line in stderr.strip().splitlines() if not re.match(r"(audit|fail-at): |  ", line)]
    return lines[-1].strip() if lines else ""


class Outcome:
    """How a process ended."""

    def __init__(self, status, stdout, stderr, timed_out=False):
        self.status, self.stdout, self.stderr, self.timed_out = status, stdout, stderr, timed_out


def run(argv: list[str], stdin: str | None, timeout: float, merge: bool = False) -> Outcome:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # Repeatable: hashes, and no cache files beside the tests.
    env.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8", TZ="UTC")
    with tempfile.TemporaryDirectory() as cwd:
        try:
            done = subprocess.run(argv, input=None if stdin is None else stdin.encode(),
                                  stdin=subprocess.DEVNULL if stdin is None else None,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                                  timeout=timeout, cwd=cwd, env=env)
        except subprocess.TimeoutExpired as end:
            return Outcome(None, (end.stdout or b"").decode(errors="replace"),
                           (end.stderr or b"").decode(errors="replace"), True)
    return Outcome(done.returncode, done.stdout.decode(errors="replace"),
                   "" if merge else done.stderr.decode(errors="replace"))


class Runner:
    def __init__(self, options):
        self.options = options
        self.switches, factor = CONFIGS[options.config]
        self.factor = factor * options.slower

    # --- what must be printed ---

    def oracle(self, case: Path, text: str, notes: dict) -> dict:
        """What CPython does with the program; remembered, since many configurations ask."""
        argv = [self.options.python, *shlex.split(notes.get("options", "")), str(case),
                *shlex.split(notes.get("args", ""))]
        helpers = "".join(p.read_text(errors="replace") for p in sorted(case.parent.glob("_*.py")))
        key = hashlib.sha256("\0".join([*argv, text, helpers]).encode(errors="surrogateescape")).hexdigest()
        memo = None
        if self.options.cache:
            memo = Path(self.options.cache) / key[:2] / (key + ".json")
            try:
                return json.loads(memo.read_text())
            except (OSError, ValueError):
                pass
        end = run(argv, self.stdin(notes), 60)
        if end.timed_out:
            raise RuntimeError("CPython did not end within 60 s")
        answer = {"status": end.status, "stdout": end.stdout, "last": last_line(end.stderr)}
        if memo is not None:
            memo.parent.mkdir(parents=True, exist_ok=True)
            part = memo.with_suffix(f".{os.getpid()}")
            part.write_text(json.dumps(answer))
            part.replace(memo)                          # last: no reader sees half a file
        return answer

    @staticmethod
    def stdin(notes: dict) -> str | None:
        return notes["stdin"] + "\n" if "stdin" in notes else None

    # --- one case ---

    def check(self, case: Path) -> str | None:
        """Why the case fails; None where it holds."""
        text = case.read_text(errors="surrogateescape")
        return self.check_repl(text) if case.suffix == ".repl" else self.check_program(case, text)

    def ended_badly(self, end: Outcome, timeout: float) -> str | None:
        if end.timed_out:
            return f"no end within {timeout:g} s; it printed:\n{end.stdout[-2000:]}{end.stderr[-2000:]}"
        if CRASHED.search(end.stderr) or end.status < 0:
            how = f"signal {-end.status}" if end.status < 0 else f"exit status {end.status}"
            return f"crashed ({how}):\n{end.stdout[-1000:]}{end.stderr[-3000:]}"
        if "audit" in self.switches:
            red = [line for line in end.stderr.splitlines() if line.startswith("audit: FAILED")]
            if red or end.status == AUDIT_FAILED:
                return "the audit failed:\n" + end.stderr[-3000:]
        return None

    def check_repl(self, text: str) -> str | None:
        timeout = TIMEOUT_S * self.factor
        typed, expected = transcript(text)
        end = run([self.options.ouro, *self.switches, "-S", "-i", "-q"], typed, timeout, merge=True)
        bad = self.ended_badly(end, timeout)
        if bad:
            return bad
        said = re.sub(r"^(?:(?:>>>|\.\.\.) ?)+", "", end.stdout, flags=re.M)
        said = "\n".join(line for line in said.splitlines() if not line.startswith("audit: "))
        return compare(expected, said, literal=False)

    def check_program(self, case: Path, text: str) -> str | None:
        notes = directives(text)
        timeout = float(notes.get("timeout", TIMEOUT_S)) * self.factor
        out = case.with_suffix(".out")
        expected, status, last = "", int(notes.get("status", 0)), notes.get("stderr")
        if self.options.status_only:
            out = None
        elif out.exists():
            expected = out.read_text()
        elif "differs" in notes:
            return "says `differs:` but has no .out"
        else:
            answer = self.oracle(case, text, notes)
            expected, status = answer["stdout"], answer["status"]
            if status != 0 and last is None:
                last = answer["last"].replace("{{", "{{\\{\\{}}")
            out = None
        site = [] if "site" in notes else ["-S"]
        end = run([self.options.ouro, *self.switches, *site, *shlex.split(notes.get("options", "")), str(case),
                   *shlex.split(notes.get("args", ""))], self.stdin(notes), timeout)
        bad = self.ended_badly(end, timeout)
        if bad:
            return bad
        why = None
        if not self.options.status_only:
            why = compare(expected, end.stdout, literal=out is None)
        if end.status != status:
            why = f"exit status {end.status}, not {status}\n" + (why or "")
        if last is not None and not pattern(last).fullmatch(last_line(end.stderr)):
            why = (why + "\n" if why else "") + f"last line of stderr: {last_line(end.stderr)!r}\n           must be: {last!r}\n"
        if why and end.stderr:
            why += "\nstderr:\n" + end.stderr[-2000:]
        return why

    def skipped(self, case: Path) -> bool:
        under = directives(case.read_text(errors="replace")).get("not-under", "") if case.suffix == ".py" else ""
        return not {self.options.config, self.options.build}.isdisjoint(under.split())


def compare(expected: str, said: str, literal: bool) -> str | None:
    expected, said = tidy(expected), tidy(said)
    if expected == said or (not literal and pattern(expected).fullmatch(said)):
        return None
    lines = list(difflib.unified_diff(expected.splitlines(), said.splitlines(), "expected", "printed", lineterm="", n=2))
    return "\n".join(lines[:60] + (["..."] if len(lines) > 60 else []))


def find_cases(places: list[str], words: list[str]) -> list[Path]:
    cases = []
    for place in map(Path, places):
        if place.is_dir():
            cases += sorted(p for p in place.iterdir() if p.suffix in (".py", ".repl") and not p.name.startswith("_"))
        else:
            cases.append(place)
    cases = [case.resolve() for case in cases]
    return [case for case in cases if not words or any(word in str(case) for word in words)]


def expect_verdict(options) -> int:
    """Without this the other tests could be green because no audit ran."""
    end = run([options.ouro, "-X", "audit", "-c", "pass"], None, TIMEOUT_S * options.slower)
    lines = [line for line in end.stderr.splitlines() if line.startswith("audit: ")]
    if end.status != 0 or not lines or any(line.startswith("audit: FAILED") for line in lines):
        print(f"`ouro -X audit -c pass` must end with status 0 and its verdict on stderr, a line `audit: ...`;"
              f" it ended with {end.status}:\n{end.stderr}")
        return 1
    print(lines[-1])
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ouro", required=True)
    parser.add_argument("--python", default="/usr/bin/python3.11", help="the reference")
    parser.add_argument("--config", choices=CONFIGS, default="audit")
    parser.add_argument("--cache", help="folder that remembers the reference's answers")
    parser.add_argument("--build", default="", help="which build it is: programs may say that they are not for it")
    parser.add_argument("--slower", type=float, default=1, help="factor on every time limit")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--word", action="append", default=[], help="only cases whose path holds it")
    parser.add_argument("--status-only", action="store_true", help="programs need only end with status 0")
    parser.add_argument("--expect-verdict", action="store_true", help="check that the audit speaks, nothing else")
    parser.add_argument("--verbose", action="store_true", help="print a line a case")
    parser.add_argument("places", nargs="*")
    options = parser.parse_args()
    options.ouro = str(Path(options.ouro).resolve())
    if options.expect_verdict:
        return expect_verdict(options)

    runner, failed, skipped, began = Runner(options), 0, 0, time.monotonic()
    cases = find_cases(options.places, options.word)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        kept = [case for case in cases if not runner.skipped(case)]
        skipped = len(cases) - len(kept)
        answers = {pool.submit(runner.check, case): case for case in kept}
        for future, case in answers.items():
            try:
                why = future.result()
            except Exception as error:                  # one unreadable case must not hide the others
                why = f"the runner: {type(error).__name__}: {error}"
            failed += why is not None
            if why is not None:
                print(f"FAIL  {case}\n      " + why.strip("\n").replace("\n", "\n      "), flush=True)
            elif options.verbose:
                print(f"ok    {case}", flush=True)
    print(f"{len(kept) - failed} passed, {failed} failed, {skipped} skipped"
          f" ({options.config}, {time.monotonic() - began:.1f} s)")
    return failed != 0 or not cases


if __name__ == "__main__":
    sys.exit(main())
