# options: -X memory-limit=48m
# differs: python3.11 has no limit
# Every way of growing ends in a MemoryError that the program catches; then all of the room is there again.
import sys


def list_of_lists():
    x = []
    while True:
        x.append([0] * 100)


def doubling_str():
    s = "ab\u20ac"
    while True:
        s = s + s


def growing_bytearray():
    b = bytearray()
    while True:
        b += b"0123456789" * 100


def growing_bytes():
    b = b"x" * 1000
    while True:
        b = b * 2


def growing_dict():
    d = {}
    while True:
        d[len(d)] = None


def dict_of_strings():
    d = {}
    while True:
        d["key%d" % len(d)] = str(len(d))


def growing_set():
    s = set()
    while True:
        s.add((len(s),))


def chain_of_tuples():
    t = ()
    while True:
        t = (t, None)


def chain_of_dicts():
    d = {}
    while True:
        d = {"next": d}


def growing_int():
    n = 3
    while True:
        n = n * n


def shifted_int():
    return 1 << 10**9


def instances():
    class Node:
        pass
    n = None
    while True:
        m = Node()
        m.next, n = n, m


def generators():
    def g(x):
        try:
            yield x
        finally:
            pass
    x = []
    while True:
        one = g(len(x))
        next(one)
        x.append(one)


def closures():
    f = None
    while True:
        f = (lambda f: lambda: f)(f)


def classes():
    x = []
    while True:
        x.append(type("C%d" % len(x), (), {"m": lambda self: self}))


def exceptions():
    error = None
    while True:
        try:
            raise ValueError from error
        except ValueError as e:
            error = e


def deep_recursion(n=0, *rest):
    return deep_recursion(n + 1, [n] * 2000, *rest[:100])


def a_milliard_items():
    return [None] * 10**9


def a_milliard_from_iterator():
    return list(range(10**9))


def a_milliard_unpacked():
    return (lambda *a: a)(*range(10**9))


def comprehension():
    return {i: [i] for i in range(10**9)}


def joined():
    return ",".join(str(i) for i in range(10**9))


def formatted():
    return "%0500000000d" % 7


def padded():
    return "x".ljust(10**9)


def sorted_copy():
    x = list(range(100))
    while True:
        x = sorted(x + x)


def nested_call():
    def f(*args, **kwargs):
        return f(*args, *args, **kwargs)
    return f(*range(100), a=1)


def compiled():
    source = "x = [" + "1, 2.5, 'abc', f(y),\n" * 200000 + "]"
    return compile(source, "big", "exec")


def repr_of_much():
    return repr([["some text"] * 1000] * 100000)


sys.setrecursionlimit(10**6)
for shape in (list_of_lists, doubling_str, growing_bytearray, growing_bytes, growing_dict, dict_of_strings, growing_set,
              chain_of_tuples, chain_of_dicts, growing_int, shifted_int, instances, generators, closures, classes,
              exceptions, deep_recursion, a_milliard_items, a_milliard_from_iterator, a_milliard_unpacked, comprehension,
              joined, formatted, padded, sorted_copy, nested_call, compiled, repr_of_much, list_of_lists):
    try:
        shape()
        print(shape.__name__, "ended")
    except (MemoryError, RecursionError) as error:
        print(shape.__name__, type(error).__name__, error)
    room = [list(range(1000)) for _ in range(1000)]
    del room
