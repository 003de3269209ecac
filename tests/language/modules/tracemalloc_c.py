# differs: CPython 3.11 crashes here now and then, so its answer is kept beside this
# not-under: gc-stress pressure -- when a collection runs is part of it
# _tracemalloc, and what tracemalloc.py makes of it: where live blocks were allocated.
import sys
import threading
import tracemalloc
import _tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit(), tracemalloc.get_traced_memory())
print(_tracemalloc._get_traces(), tracemalloc.get_object_traceback(object()), tracemalloc.clear_traces(), tracemalloc.stop())
for args in (0,), (-1,), (65536,), ('1',), (2**70,), (1, 2):
    try:
        tracemalloc.start(*args)
    except Exception as error:
        print(type(error).__name__, error)
try:
    tracemalloc.take_snapshot()
except RuntimeError as error:
    print(error)


def line():
    return sys._getframe(1).f_lineno


def make(size):
    return bytearray(size), line()


def lines(thing):
    """The lines of a thing's traceback, the innermost first."""
    frames = _tracemalloc._get_object_traceback(thing)
    if frames is None:
        return None
    assert all(name == __file__ and type(place) is tuple for place in frames for name in place[:1])
    return [number for name, number in frames]


class Plain:
    pass


# Each frame that an object was allocated in, as far as the limit goes.
for limit in 1, 2, 3:
    tracemalloc.start(limit)
    print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
    tracemalloc.start(9)  # is on: nothing changes
    block, inner = make(100_000); outer = line()
    print(lines(block) == [inner, outer][:limit], tracemalloc.get_traceback_limit())
    thing, here = object(), line()
    print(lines(thing) == [here], lines(1), lines(Plain))
    tracemalloc.stop()
    print(lines(block), tracemalloc.get_traced_memory())
print(tracemalloc.get_traceback_limit())

# Sizes: what a block has is counted while it lives, and where it moves to.
tracemalloc.start()
before = tracemalloc.get_traced_memory()[0]
big = bytearray(1_000_000)
now, peak = tracemalloc.get_traced_memory()
print(1_000_000 <= now - before < 1_010_000, peak >= now)
big.extend(bytes(1_000_000))
print(2_000_000 <= tracemalloc.get_traced_memory()[0] - before < 2_300_000)
del big
now, peak = tracemalloc.get_traced_memory()
print(now - before < 10_000, peak - before >= 2_000_000)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] - before < 10_000)
print(tracemalloc.get_tracemalloc_memory() > 0)

# Many small ones: none is left over when they are gone.
before = len(_tracemalloc._get_traces())
many = [object() for i in range(5000)]
between = len(_tracemalloc._get_traces())
del many
print(between - before >= 5000, len(_tracemalloc._get_traces()) - before < 50)

# Blocks from before are unknown, and may be freed or resized.
tracemalloc.stop()
old = [bytearray(i) for i in range(3000)]
tracemalloc.start()
print(lines(old[2000]))
for array in old[::2]:
    array.extend(bytes(3000))
resized = line() - 1
print(len(old), tracemalloc.get_traced_memory()[0] >= 1500 * 3000)
del old, array
print(tracemalloc.get_traced_memory()[0] < 100_000)
block = bytearray(5000)
tracemalloc.clear_traces()
print(lines(block), tracemalloc.is_tracing(), tracemalloc.get_traced_memory()[0] < 10_000)
del block

# A snapshot.
kept = [bytearray(10_000) for i in range(20)]; at = line()
snapshot = tracemalloc.take_snapshot()
top = snapshot.statistics('lineno')[0]
print(top.traceback[0].lineno == at, top.count >= 20, top.size >= 200_000)
print([type(field) for field in snapshot.traces._traces[0]], snapshot.traceback_limit)
more = [bytearray(20_000) for i in range(20)]; at = line()
difference = tracemalloc.take_snapshot().compare_to(snapshot, 'lineno')[0]
print(difference.traceback[0].lineno == at, difference.size_diff >= 400_000)
del kept, more, snapshot, difference, top
tracemalloc.stop()

# How many frames there were in all.
tracemalloc.start(2)


def deep(n):
    return deep(n - 1) if n else bytearray(77_777)


block = deep(10)
print([(len(frames), total) for domain, size, frames, total in _tracemalloc._get_traces() if size > 77_000])
print(len(tracemalloc.get_object_traceback(block)), tracemalloc.get_object_traceback(block).total_nframe)


# Threads allocate while others look.
def work():
    for i in range(200):
        kept_by_threads.append(bytearray(i + 3000))


kept_by_threads = []
threads = [threading.Thread(target=work) for i in range(4)]
for thread in threads:
    thread.start()
for i in range(5):
    tracemalloc.take_snapshot()
for thread in threads:
    thread.join()
print(len(kept_by_threads), sum(size > 3000 and len(frames) == 2 for domain, size, frames, total in _tracemalloc._get_traces()) >= 800)


# A finalizer that stops it while traces are looked at.
class Stops:
    def __init__(self):
        self.me = self

    def __del__(self):
        tracemalloc.stop()


import gc
Stops()
old = gc.get_threshold()
gc.set_threshold(1)
traces = _tracemalloc._get_traces()
gc.set_threshold(*old)
gc.collect()
print(len(traces) > 800, {type(trace) for trace in traces}, tracemalloc.is_tracing())
