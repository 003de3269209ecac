# Generators, coroutines and their finally blocks at a collection and at their end.
import gc
import sys

gc.disable()
sys.unraisablehook = lambda info: print("unraisable", type(info.exc_value).__name__, info.exc_value)


def in_cycle(name):
    me = yield
    try:
        yield
    finally:
        print("finally", name, me is not None)


for name in "one", "two":
    g = in_cycle(name)
    next(g)
    g.send(g)
    del g
print("still there")
gc.collect()
print("--")


def yields_in_finally():
    try:
        yield 1
    finally:
        yield 2


g = yields_in_finally()
next(g)
del g
print("--")


def raises_in_finally():
    try:
        yield 1
    finally:
        raise ValueError("in finally")


g = raises_in_finally()
next(g)
del g
g = raises_in_finally()
next(g)
try:
    g.close()
except ValueError as error:
    print("close raises", error)
print("--")


def catches_all():
    while True:
        try:
            yield
        except BaseException as error:
            print("caught", type(error).__name__)
            break


g = catches_all()
next(g)
del g
print("--")


def returns_in_finally():
    try:
        yield
    finally:
        return "value"


g = returns_in_finally()
next(g)
print(g.close())
print("--")


def keeps_itself(box):
    try:
        yield
    finally:
        box.append(sys._getframe())


box = []
g = keeps_itself(box)
next(g)
del g
print(box[0].f_code.co_name)
box.clear()
print("--")


async def coroutine(name):
    try:
        await Awaitable()
    finally:
        print("coroutine ends", name)


class Awaitable:
    def __await__(self):
        yield "waiting"


c = coroutine("a")
print(c.send(None))
del c
c = coroutine("closed")
c.send(None)
c.close()
print("--")


def tree(n):
    try:
        if n:
            yield from tree(n - 1)
        yield n
    finally:
        print("leave", n)


g = tree(4)
next(g)
del g
print("--")


def two():
    try:
        try:
            yield
        finally:
            print("inner")
    finally:
        print("outer")


pair = [two(), two()]
for g in pair:
    next(g)
pair.append(pair)
del pair, g
gc.collect()
