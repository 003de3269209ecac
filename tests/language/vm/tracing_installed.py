"""A trace or profile function that installs another one while it falls."""
import sys

seen = []
sys.unraisablehook = lambda report: seen.append((str(report.exc_value), report.object.__qualname__))


def first(*args):
    pass


def second(*args):
    pass


for kind in "profile", "trace":
    install, installed = getattr(sys, "set" + kind), getattr(sys, "get" + kind)

    class Installs:
        def __init__(self, what):
            self.what = what

        def __call__(self, *args):
            pass

        def __del__(self):
            install(self.what)

    for what in first, None, Installs(None):
        install(Installs(what))
        install(second)
        kept = installed() is second
        install(None)
        print(kind, kept, seen, installed())
        seen.clear()
    install(Installs(first))
    install(None)
    print(installed(), seen)
    seen.clear()
    what = None
    Installs.__del__ = lambda self: None
