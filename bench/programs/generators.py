"""Generators and comprehensions.  Seconds."""
import sys
import time


def count(n):
    i = 0
    while i < n:
        yield i
        i += 1


def flatten(tree):
    if isinstance(tree, list):
        for branch in tree:
            yield from flatten(branch)
    else:
        yield tree


def echo():
    got = None
    while True:
        got = yield got


async def leaf(i):
    return i


async def twig(n):
    total = 0
    for i in range(n):
        total += await leaf(i)
    return total


def run_generator(n):
    for _ in count(n):
        pass


def run_short_generators(n):
    for _ in range(n):
        for _ in count(3):
            pass


def run_pipeline(n):
    odd = (v for v in range(n) if v & 1)
    squares = (v * v for v in odd)
    return sum(squares)


def run_yield_from(n):
    tree = [[[1, 2], 3], [4, [5, [6, 7]]], [8, 9]]
    for _ in range(n):
        for _ in flatten(tree):
            pass


def run_send(n):
    generator = echo()
    next(generator)
    send = generator.send
    for i in range(n):
        send(i)


def run_coroutines(n):
    coroutine = twig(n)
    try:
        coroutine.send(None)
    except StopIteration:
        pass


def run_list_comprehension(n):
    for _ in range(n):
        [v for v in range(1000)]


def run_filtered(n):
    for _ in range(n):
        [v + 1 for v in range(1000) if v % 3]


def run_dict_and_set(n):
    for _ in range(n):
        {v: v for v in range(300)}
        {v & 63 for v in range(300)}


def run_nested(n):
    for _ in range(n):
        [[x * y for x in range(20)] for y in range(20)]


def run_small(n):
    data = (1, 2, 3)
    for _ in range(n):
        [v for v in data]


def run_any_all(n):
    data = list(range(300))
    for _ in range(n):
        any(v < 0 for v in data)
        all(v >= 0 for v in data)


def run_map_zip(n):
    data = list(range(500))
    for _ in range(n):
        for a, b in zip(map(abs, data), enumerate(data)):
            pass


def run_unpack(n):
    pairs = [(i, i + 1) for i in range(500)]
    for _ in range(n):
        for a, b in pairs:
            a, b = b, a


ROWS = {
    "generator": (run_generator, 500_000),
    "short generators": (run_short_generators, 120_000),
    "pipeline": (run_pipeline, 400_000),
    "yield from": (run_yield_from, 15_000),
    "send": (run_send, 400_000),
    "await": (run_coroutines, 300_000),
    "list": (run_list_comprehension, 700),
    "list, filtered": (run_filtered, 500),
    "dict and set": (run_dict_and_set, 900),
    "nested": (run_nested, 900),
    "of three items": (run_small, 150_000),
    "any and all": (run_any_all, 700),
    "zip, map and enumerate": (run_map_zip, 900),
    "unpacking": (run_unpack, 900),
}


def measure(run, n):
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        run(n)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    if len(sys.argv) == 1:
        print("\n".join(ROWS))
        return
    run, n = ROWS[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(run, max(1, int(n * scale))))


main()
