"""A full collection that finds nothing: how long the program stands still for its live objects.  Seconds."""
import gc
import sys
import time


class Point:
    def __init__(self, i):
        self.x = i
        self.y = None


def make_list(i):
    return [i]


def make_dict(i):
    return {"key": [i]}                 # a dict of numbers alone is not the collector's business


def make_instance(i):
    return Point(i)


def make_closure(i):
    return lambda: i


MAKERS = {"lists": make_list, "dicts": make_dict, "instances": make_instance, "closures": make_closure}


def measure(make, n, replaced):
    gc.disable()
    live = [make(i) for i in range(n)]
    if replaced:                        # half of them, at random: neighbours in memory are strangers now
        at = 12345
        for i in range(n // 2):
            at = (at * 6364136223846793005 + 1442695040888963407) % 2**64
            live[(at >> 20) % n] = make(i)
    gc.collect()
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        gc.collect()
        best = min(best, time.perf_counter() - start)
    assert len(live) == n
    return best


def main():
    rows = {f"{size} {kind}{', half replaced' if replaced else ''}": (make, n, replaced)
            for size, n in (("100 thousand", 100_000), ("a million", 1_000_000))
            for kind, make in MAKERS.items() for replaced in (False, True)}
    if len(sys.argv) == 1:
        print("\n".join(rows))
        return
    make, n, replaced = rows[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(make, max(10, int(n * scale)), replaced))


main()
