"""Run one of CPython's test files inside the runtime under test, and report each test as it ends.

    worker.py FILE REPORT [--only TEST]...

FILE is a module of the package `test`, as test_dict.  REPORT receives a line of JSON an event, written at once, so that after a crash
the last line names the test that was running:

    ["start", TEST]   ["pass" | "fail" | "error" | "skip", TEST, TEXT]   ["import", null, TEXT]   ["end", null, null]

TEST is the test's name without the package and the file.  Tests that need a network, a display, a big machine or much time
skip themselves: no resource is granted."""

import os
import sys
import traceback
import unittest


class Report(unittest.TestResult):
    """Writes events by os.write, since a test may replace sys.stdout, json's modules or open itself."""

    def __init__(self, path, prefix):
        super().__init__()
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.prefix = prefix
        self.passed = True

    def event(self, kind, test=None, text=None, *, escape=ascii, write=os.write):
        def quoted(value):
            if value is None:
                return "null"
            body = "".join(c if " " <= c < "\x7f" and c not in '"\\' else f"\\u{ord(c) & 0xFFFF:04x}" for c in value)
            return f'"{body}"'
        write(self.fd, f"[{quoted(kind)}, {quoted(test)}, {quoted(text)}]\n".encode())

    def name(self, test):
        identity = str(getattr(test, "_dt_test", None) and test._dt_test.name or test.id())
        return identity.removeprefix("test.").removeprefix(self.prefix + ".").removeprefix(self.prefix)

    def startTest(self, test):
        super().startTest(test)
        self.passed = True
        self.event("start", self.name(test))

    def stopTest(self, test):
        if self.passed:
            self.event("pass", self.name(test))
        super().stopTest(test)

    def failed(self, kind, test, error):
        self.passed = False
        try:
            text = "".join(traceback.format_exception(*error))
        except Exception as again:
            text = f"{error[0]!r}, and to print it failed: {again!r}"
        self.event(kind, self.name(test), text)

    def addError(self, test, error):
        self.failed("error", test, error)

    def addFailure(self, test, error):
        self.failed("fail", test, error)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.failed("fail", test, error)

    def addSkip(self, test, reason):
        self.passed = False
        self.event("skip", self.name(test), str(reason))

    def addUnexpectedSuccess(self, test):
        self.passed = False
        self.event("fail", self.name(test), "expected to fail, and passed")


def flat(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flat(test)
        else:
            yield test


def main():
    file, path, *rest = sys.argv[1:]
    only = [word for word in rest if word != "--only"]
    report = Report(path, file)
    sys.argv[1:] = []
    try:
        from test import support
        from test.support import os_helper
        support.use_resources = []
        support.verbose = 0
        # What tests write lies in the folder that the runner made for this process.
        os_helper.SAVEDCWD = os.getcwd()
        module = __import__("test." + file, fromlist=["*"])
        # The folder of caches was for the imports above; what tests say of caches is about the ordinary place.
        os.environ.pop("PYTHONPYCACHEPREFIX", None)
        sys.pycache_prefix = None
        suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    except unittest.SkipTest as reason:
        report.event("skip", "", str(reason))
        report.event("end")
        return
    except BaseException:
        report.event("import", None, traceback.format_exc())
        return
    if only:
        suite = unittest.TestSuite(test for test in flat(suite) if any(word in report.name(test) for word in only))
    suite.run(report)
    report.event("end")


if __name__ == "__main__":
    main()
