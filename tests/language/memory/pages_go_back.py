# differs: CPython keeps what one object in a thousand still pins
# not-under: gc-stress pressure sanitize -- resident shadow memory; a collection of many objects at every few of 1.4 million allocations
# Most of the memory goes back to the system when 999 of 1000 tuples are gone, wherever the others lie; a chain of a million
# lists is collected and dropped without recursion.
import gc


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])


before = resident()
live = [(i, None) for i in range(300_000)]
peak = resident()
at, stay = 777, set()
while len(stay) < 300:
    at = (at * 6364136223846793005 + 1442695040888963407) % 2**64
    stay.add((at >> 20) % 300_000)
live = [live[i] for i in sorted(stay)]
gc.collect()
print(len(live), (peak - resident()) / (peak - before) > 0.8)

chain = None
for _ in range(1_000_000):
    chain = [chain]
print(gc.collect() < 1000)
del chain
first = last = [None]
for _ in range(100_000):
    last = [last]
first[0] = last
del first, last
print(gc.collect() > 100_000)
