# sys.set_asyncgen_hooks: firstiter when iteration begins, finalizer when an unfinished generator falls.
import gc
import sys

gc.disable()


async def agen(n):
    try:
        for i in range(n):
            yield i
    finally:
        print("finally")


def run(awaitable):
    try:
        awaitable.send(None)
    except StopIteration as stop:
        return stop.value
    except StopAsyncIteration:
        return "end"


def firstiter(gen):
    print("firstiter", gen.__name__)


def finalizer(gen):
    print("finalizer", gen.__name__, gen.ag_running)
    run(gen.aclose())


old = sys.get_asyncgen_hooks()
print(old.firstiter, old.finalizer)
sys.set_asyncgen_hooks(firstiter, finalizer)
g = agen(3)
print("made")
a = g.__anext__()
print("first is said once")
print(run(a))
print(run(g.__anext__()))
del g, a
print("--")
g = agen(1)
print(run(g.__anext__()), run(g.__anext__()))
del g
print("a finished one is not finalized")
print("--")
g = agen(2)
run(g.__anext__())
run(g.aclose())
del g
print("closed")
print("--")
g = agen(2)
del g
print("never started")
print("--")
sys.set_asyncgen_hooks(None, None)
g = agen(2)
print(run(g.__anext__()))
sys.set_asyncgen_hooks(firstiter, finalizer)
del g
print("hooks are those of its first iteration")
print("--")


async def holds(me):
    me.append(me)
    yield 1
    yield 2


box = []
g = holds(box)
print(run(g.__anext__()))
box.append(g)
del g, box
print("in a cycle")
print(gc.collect() > 0)
sys.set_asyncgen_hooks(*old)
print(sys.get_asyncgen_hooks())
for bad in ((1, None), (None, "x")):
    try:
        sys.set_asyncgen_hooks(*bad)
    except TypeError as error:
        print(error)
