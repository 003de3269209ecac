# Frames that outlive their call keep its names; clear() and the end of a traceback let them go.
import sys


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def keeps_frame():
    local = N("local")
    other = N("other")
    return sys._getframe()


frame = keeps_frame()
print(sorted(frame.f_locals))
frame.clear()
print("cleared", sorted(frame.f_locals))
del frame
print("--")
frame = keeps_frame()
names = frame.f_locals
del frame
print("the dict still holds them")
names.clear()
print("--")


def inner():
    deep = N("deep")
    raise ValueError


def outer():
    shallow = N("shallow")
    inner()


try:
    outer()
except ValueError as error:
    tb = error.__traceback__
print("error is gone")
tb = tb.tb_next
print("one step")
tb = tb.tb_next
print("two steps")
tb = None
print("--")
try:
    outer()
except ValueError as error:
    tb = error.__traceback__
    tb.tb_next.tb_next.tb_frame.clear()
    print("deepest cleared")
    tb.tb_next = None
    print("cut")
del tb
print("--")


def with_exc_info():
    kept = N("kept by exc_info")
    try:
        raise KeyError
    except KeyError:
        return sys.exc_info()


info = with_exc_info()
print(info[0].__name__)
info = None
print("--")


def cycle():
    name = N("frame holds itself")
    frame = sys._getframe()


import gc
gc.disable()
cycle()
print("still there")
print(gc.collect() > 0)
print("--")


def running():
    g = (N(f"made {i}") for i in range(2))
    first = next(g)
    print(g.gi_frame.f_code.co_name)
    del first
    print("first is gone")
    second = next(g)
    return g


g = running()
print("returned")
print(list(g))


def locals_snapshot():
    x = N("x")
    snapshot = locals()
    del x
    print("deleted, held by the snapshot")
    snapshot.clear()
    print("cleared")


locals_snapshot()


def exec_namespace():
    space = {"N": N}
    exec("a = N('a of exec')\nb = N('b of exec')", space)
    print("executed")
    del space["a"]
    print("a deleted")


exec_namespace()
gc.collect()
