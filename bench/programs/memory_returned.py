"""Of the memory that objects took, the share that the process still holds after they were freed.  Per cent.

"All": every object goes.  "999 of 1000": one in a thousand stays, picked at random, as caches do to a server.
"""
import gc
import sys


class Point:
    def __init__(self, i):
        self.x = i
        self.y = None


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


MAKERS = {
    "tuples": lambda i: (i, None),
    "lists": lambda i: [i],
    "dicts": lambda i: {"a": i},
    "instances": lambda i: Point(i),
    "strings": lambda i: "%020d" % i,
    "floats": lambda i: i + 0.5,
    "mixed": lambda i: ((i,), [i, i], {"a": "%d" % i}, 2**50 + i)[i & 3],
}


def measure(make, n, keep):
    live = [None] * n
    make(0)
    gc.collect()
    before = resident()
    for i in range(n):
        live[i] = make(i)
    peak = resident()
    stay, at = set(), 777
    if keep:
        while len(stay) < n // 1000:
            at = (at * 6364136223846793005 + 1442695040888963407) % 2**64
            stay.add((at >> 20) % n)
    for i in range(n):
        if i not in stay:
            live[i] = None
    gc.collect()
    # Below one per cent there is nothing to compare but noise.
    return max(1.0, 100 * (resident() - before) / max(1, peak - before))


def main():
    rows = {f"{kind}, {word}": (make, keep) for word, keep in (("all", False), ("999 of 1000", True))
            for kind, make in MAKERS.items()}
    if len(sys.argv) == 1:
        print("\n".join(rows))
        return
    make, keep = rows[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(make, max(1000, int(500_000 * scale)), keep))


main()
