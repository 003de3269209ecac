# sys.exit in the middle: locals of frames that are left fall, finally blocks run, the status is kept.
import sys
import atexit


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def inner():
    local = N("local of inner")
    try:
        sys.exit(3)
    finally:
        print("finally of inner")


def outer():
    local = N("local of outer")
    with_default = [N("in a list")]
    inner()


def generator():
    try:
        yield
    finally:
        print("finally of a generator that is alive at the end")


atexit.register(lambda: print("atexit"))
module_level = N("module level")
g = generator()
next(g)
outer()
