# gc.callbacks: before and after each collection, with what was found; nested collections do nothing.
import gc

gc.disable()
gc.collect()


def callback(phase, info):
    print(phase, sorted(info), info["generation"], info["collected"], info["uncollectable"])


gc.callbacks.append(callback)
gc.collect()
a = []
a.append(a)
del a
gc.collect(0)
gc.collect(1)
gc.collect(2)
gc.callbacks.remove(callback)
gc.collect()
print("--")


class N:
    def __del__(self):
        print("finalizer; nested:", gc.collect())


def nested(phase, info):
    print(phase, "nested:", gc.collect())


gc.callbacks.append(nested)
n = N()
n.me = n
del n
gc.collect()
gc.callbacks.clear()
print("--")


def first(phase, info):
    print("first", phase)


def second(phase, info):
    print("second", phase)
    if phase == "stop":
        gc.callbacks.remove(second)


gc.callbacks[:] = [first, second]
gc.collect()
gc.collect()
gc.callbacks.clear()
print("--")
import sys
sys.unraisablehook = lambda info: print("unraisable", type(info.exc_value).__name__)


def fails(phase, info):
    raise RuntimeError


gc.callbacks.append(fails)
print(gc.collect())
gc.callbacks.clear()
print("--")
gc.set_debug(gc.DEBUG_SAVEALL)
a = [1]
a.append(a)
del a
gc.collect()
print(len(gc.garbage), gc.garbage[0][0])
gc.set_debug(0)
gc.garbage[0].clear()
gc.garbage.clear()
print(gc.get_threshold(), gc.isenabled())
for bad in (-1, 3):
    try:
        gc.collect(bad)
    except ValueError as error:
        print(error)
print(gc.freeze(), gc.get_freeze_count() > 0, gc.unfreeze(), gc.get_freeze_count())
