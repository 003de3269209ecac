"""Making objects and letting them go, by count alone (the collector is off).  Seconds."""
import gc
import sys
import time


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


class Bare:
    pass


class Finalized:
    def __del__(self):
        pass


def run_tuples(n):
    for i in range(n):
        (i, i)


def run_lists(n):
    for i in range(n):
        [i, i, i]


def run_empty_lists(n):
    for _ in range(n):
        []


def run_dicts(n):
    for i in range(n):
        {"a": i, "b": i}


def run_sets(n):
    for i in range(n):
        {i, 1, 2}


def run_floats(n):
    x = 1.5
    for _ in range(n):
        [x + 1.0]


def run_ints(n):
    for i in range(100_000, 100_000 + n):
        [i + 1_000_000]


def run_strings(n):
    for i in range(n):
        "prefix" + str(i)


def run_instances(n):
    for i in range(n):
        Point(i, i)


def run_slotted(n):
    for i in range(n):
        Slotted(i, i)


def run_bare(n):
    for _ in range(n):
        Bare()


def run_finalized(n):
    for _ in range(n):
        Finalized()


def run_closures(n):
    for i in range(n):
        lambda: i


def run_kept(n):
    kept = [(i, str(i)) for i in range(n)]
    del kept


def run_kept_instances(n):
    kept = [Point(i, i) for i in range(n)]
    del kept


def run_shuffled_free(n):
    kept = [[i] for i in range(n)]
    at = 1
    for _ in range(n):
        at = (at * 1103515245 + 12345) % n
        kept[at] = [at]
    del kept


def run_chain(n):
    chain = None
    for _ in range(n):
        chain = (chain,)
    del chain


def run_growing_list(n):
    for _ in range(n):
        items = []
        for i in range(2000):
            items.append(None)


def run_growing_dict(n):
    for _ in range(n):
        table = {}
        for i in range(2000):
            table[i] = None


ROWS = {
    "tuples": (run_tuples, 700_000),
    "lists": (run_lists, 500_000),
    "empty lists": (run_empty_lists, 700_000),
    "dicts": (run_dicts, 300_000),
    "sets": (run_sets, 250_000),
    "floats": (run_floats, 500_000),
    "ints": (run_ints, 500_000),
    "strings": (run_strings, 250_000),
    "instances": (run_instances, 250_000),
    "instances with slots": (run_slotted, 250_000),
    "instances without fields": (run_bare, 400_000),
    "instances with __del__": (run_finalized, 150_000),
    "closures": (run_closures, 400_000),
    "many kept, then freed": (run_kept, 150_000),
    "many instances, then freed": (run_kept_instances, 120_000),
    "replaced at random": (run_shuffled_free, 150_000),
    "chain of 300,000": (run_chain, 300_000),
    "growing list": (run_growing_list, 250),
    "growing dict": (run_growing_dict, 180),
}

gc.disable()


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
