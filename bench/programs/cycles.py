"""Cyclic garbage: made in a loop, found by the collector as it comes.  Seconds."""
import gc
import sys
import time


class Node:
    def __init__(self):
        self.other = None


class Parent:
    def __init__(self):
        self.children = [Child(self) for _ in range(3)]


class Child:
    def __init__(self, parent):
        self.parent = parent


class Finalized:
    def __init__(self):
        self.me = self

    def __del__(self):
        pass


def run_self_list(n):
    for _ in range(n):
        items = []
        items.append(items)


def run_pairs(n):
    for _ in range(n):
        a, b = Node(), Node()
        a.other, b.other = b, a


def run_families(n):
    for _ in range(n):
        Parent()


def run_dicts(n):
    for _ in range(n):
        table = {}
        table["me"] = table


def run_closures(n):
    for _ in range(n):
        def again():
            return again


def run_exceptions(n):
    for _ in range(n):
        try:
            raise ValueError
        except ValueError as error:
            kept = error
        error = kept
        kept = error.__traceback__.tb_frame


def run_generators(n):
    def generator(box):
        box.append((yield))
    for _ in range(n):
        box = []
        box.append(generator(box))


def run_classes(n):
    for _ in range(n):
        type("Made", (), {})


def run_finalized(n):
    for _ in range(n):
        Finalized()


def run_big_rings(n):
    for _ in range(n):
        first = last = Node()
        for _ in range(1000):
            node = Node()
            node.other = last
            last = node
        first.other = last


def run_beside_live_data(n):
    live = [[i] for i in range(100_000)]
    for _ in range(n):
        a, b = Node(), Node()
        a.other, b.other = b, a
    del live


def run_collect_garbage(n):
    gc.disable()
    for _ in range(n):
        a, b = Node(), Node()
        a.other, b.other = b, a
    gc.collect()
    gc.enable()


ROWS = {
    "list in itself": (run_self_list, 250_000),
    "pairs of instances": (run_pairs, 120_000),
    "families": (run_families, 40_000),
    "dict in itself": (run_dicts, 200_000),
    "recursive closures": (run_closures, 150_000),
    "exceptions": (run_exceptions, 80_000),
    "generators": (run_generators, 80_000),
    "classes": (run_classes, 5_000),
    "with __del__": (run_finalized, 80_000),
    "rings of a thousand": (run_big_rings, 150),
    "beside live data": (run_beside_live_data, 120_000),
    "in one collection": (run_collect_garbage, 100_000),
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
