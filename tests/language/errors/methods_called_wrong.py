# Methods of the built-in types with too few, too many and wrong arguments: what they raise, word for word.
# not-under: gc-stress thousands of calls say nothing new there
import copy
import itertools
import re


class Thing:
    def __repr__(self):
        return "THING"


class Index:
    def __index__(self):
        return 2

    def __repr__(self):
        return "INDEX"


class BadIndex:
    def __index__(self):
        return "x"

    def __repr__(self):
        return "BAD"


OBJECTS = ["abcAbc", b"abcabc", bytearray(b"abcabc"), 12, True, 2.5, 1 + 2j, [3, 1, 2], {1: 2, 3: 4}, {1, 2}, frozenset([1, 2]), (1, 2, 3), range(3),
           slice(1, 2), memoryview(b"abc"), {1: 2}.keys(), {1: 2}.items(), {1: 2}.values()]
VALUES = [None, 1, 2**100, 1.5, "x", b"x", [1], Index(), BadIndex(), Thing()]
FEW = [1, "x", 2**100, Thing()]
PASSED_OVER = {"__class__", "__init_subclass__", "__subclasshook__", "__dir__", "__reduce__", "__reduce_ex__", "__sizeof__", "__hash__", "__doc__",
               "__getstate__", "__rmod__", "__getattribute__", "__iter__", "__pow__", "__rpow__", "__rlshift__"}
WORDS = ("sep", "maxsplit", "keepends", "encoding", "key", "default", "start", "count", "length", "index", "x")


def call(label, function, *args, **keywords):
    try:
        result = "= " + repr(function(*args, **keywords))
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    if "= {" not in result:
        print(label, args, keywords, re.sub(r"0x[0-9a-f]{6,}", "0x", result)[:150])


for thing in OBJECTS:
    kind = type(thing)
    for name in dir(kind):
        if name in PASSED_OVER or not callable(getattr(kind, name)) or (kind is memoryview and name in ("release", "__exit__")):
            continue

        def method(*args, **keywords):
            return getattr(copy.copy(thing) if kind in (list, dict, set, bytearray) else thing, name)(*args, **keywords)

        label = f"{kind.__name__}.{name}"
        call(label, method)
        for value in VALUES:
            call(label, method, value)
        for pair in itertools.product(FEW, repeat=2):
            if name != "to_bytes":
                call(label, method, *pair)
        for value in 1, "x", b"x":
            for n in 3, 4, 5:
                call(label, method, *[value] * n)
        for word in WORDS:
            call(label, method, **{word: 1})
        call(label, method, 1, x=1)
        for args in (), (Thing(),), (3,):
            call("class " + label, getattr(kind, name), *args)
        call("class " + label, getattr(kind, name), x=1)

# An index that is none changes nothing.
numbers = [1, 2, 3]
for index in 2**100, -(2**100), BadIndex():
    try:
        numbers[index] = 5
    except (IndexError, TypeError) as error:
        print(error, numbers)
    try:
        del numbers[index]
    except (IndexError, TypeError) as error:
        print(error, numbers)
