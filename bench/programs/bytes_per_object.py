"""Bytes that one object takes of the process, as the system counts them (resident pages).  Bytes."""
import gc
import sys


class Point:
    def __init__(self, i):
        self.x = i
        self.y = None
        self.z = None


class Slotted:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        self.x = i
        self.y = None
        self.z = None


class Bare:
    pass


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def function_of(i):
    def inner():
        return i
    return inner


def generator():
    yield


def exception(i):
    try:
        raise ValueError(i)
    except ValueError as error:
        return error.with_traceback(None)


MAKERS = {
    "int of 2**40": lambda i: 2**40 + i,
    "float": lambda i: i + 0.5,
    "str of ten letters": lambda i: "%010d" % i,
    "bytes of ten": lambda i: b"%010d" % i,
    "tuple of two": lambda i: (i, None),
    "empty list": lambda i: [],
    "list of three": lambda i: [None, None, None],
    "empty dict": lambda i: {},
    "dict of three": lambda i: {"a": None, "b": None, "c": None},
    "dict of twenty": lambda i: dict.fromkeys(KEYS),
    "empty set": lambda i: set(),
    "set of three": lambda i: {1, 2, 3},
    "bare instance": lambda i: Bare(),
    "instance of three fields": lambda i: Point(None),
    "slots of three fields": lambda i: Slotted(None),
    "closure": lambda i: function_of(None),
    "bound method": lambda i: [].append,
    "generator": lambda i: generator(),
    "exception": lambda i: exception(None),
}
KEYS = [f"key{i}" for i in range(20)]


def measure(make, n):
    gc.disable()
    live = [None] * n
    make(0)
    before = resident()
    for i in range(n):
        live[i] = make(i)
    return (resident() - before) / n


def main():
    if len(sys.argv) == 1:
        print("\n".join(MAKERS))
        return
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(MAKERS[sys.argv[1]], max(1000, int(100_000 * scale))))


main()
