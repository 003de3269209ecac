"""The steps of coroutines, asynchronous generators and their awaitables, driven by hand."""
import gc
import sys
import warnings

warnings.simplefilter("ignore")


class Step:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        try:
            got = yield self.value
            print("  step got", got)
            return got
        finally:
            print("  step ends")


def shown(function, *args):
    try:
        return repr(function(*args))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


async def agen(n=3):
    try:
        for i in range(n):
            got = yield await Step(i) or i
            print("  agen got", got)
    except KeyError as error:
        print("  agen caught", repr(error))
        yield "handled"
    finally:
        print("  agen ends")


async def coro():
    return await Step("c")

MAKERS = {
    "anext": lambda g: g.__anext__(),
    "asend": lambda g: g.asend(None),
    "asend value": lambda g: g.asend(5),
    "athrow": lambda g: g.athrow(KeyError(1)),
    "athrow type": lambda g: g.athrow(KeyError, "k"),
    "athrow exit": lambda g: g.athrow(GeneratorExit),
    "athrow three": lambda g: g.athrow(KeyError, KeyError(2), None),
    "athrow bad": lambda g: g.athrow(5),
    "aclose": lambda g: g.aclose(),
    "anext()": lambda g: anext(g),
    "anext(d)": lambda g: anext(g, "default"),
}
ACTIONS = {
    "send None": lambda a: a.send(None),
    "send 7": lambda a: a.send(7),
    "throw": lambda a: a.throw(KeyError(3)),
    "throw type": lambda a: a.throw(ValueError, "v"),
    "throw exit": lambda a: a.throw(GeneratorExit),
    "throw stop": lambda a: a.throw(StopAsyncIteration, "s"),
    "throw bad": lambda a: a.throw(5),
    "close": lambda a: a.close(),
    "next": lambda a: next(a),
    "iter": lambda a: iter(a) is a,
    "await": lambda a: a.__await__() is a,
}


def started(kind):
    g = agen()
    if kind != "fresh":
        a = g.__anext__()
        shown(a.send, None)
        if kind == "yielded":
            shown(a.send, 9)
    if kind == "done":
        shown(g.aclose().send, None)
        shown(g.athrow(KeyError).send, None)
    return g


for kind in "fresh", "awaiting", "yielded", "done":
    for made, make in MAKERS.items():
        for did, act in ACTIONS.items():
            print(kind, made, did)
            g = started(kind)
            g_repr = repr(g).split(" at ")[0]
            a = None
            try:
                a = make(g)
                print(" ", type(a).__name__, shown(act, a))
                print(" ", shown(act, a), g.ag_running, g.ag_frame is None, g_repr)
                for _ in range(3):
                    print(" ", shown(a.send, None))
            except BaseException as error:
                print("  made:", type(error).__name__, error)
            del a, g
            gc.collect()

for did, act in ACTIONS.items():
    for n in range(3):
        print("coroutine", did, n)
        c = coro()
        w = c.__await__()
        for _ in range(n):
            shown(w.send, n)
        print(" ", type(w).__name__, shown(act, w), c.cr_running, c.cr_frame is None, type(c.cr_await).__name__)
        print(" ", shown(act, w))
        print(" ", shown(act, c))
        del w, c


def generator():
    try:
        got = yield 1
        yield got
    except KeyError:
        yield "key"
        return "end"


def delegates():
    result = yield from generator()
    yield "result", result


class Plain:
    """An iterator with neither send nor throw."""
    def __iter__(self):
        return self

    def __next__(self):
        return 1


class Odd(Plain):
    def send(self, value):
        return "sent", value

    def throw(self, *args):
        print("  thrown", len(args))
        raise StopIteration("thrown away")

    def close(self):
        print("  closed")


def over(what):
    result = yield from what
    return "over", result


for make in generator, delegates, lambda: over(Plain()), lambda: over(Odd()), lambda: over([1, 2]), lambda: over(generator()), lambda: over(agen()), lambda: over(coro()):
    for did, act in ACTIONS.items():
        for n in range(3):
            g = make()
            for _ in range(n):
                shown(next, g)
            print(did, n, shown(act, g), shown(g.send, None), shown(act, g), g.gi_running, g.gi_frame is None, type(g.gi_yieldfrom).__name__)


class Awaitable:
    def __init__(self, what):
        self.what = what

    def __await__(self):
        return self.what


async def awaits(what):
    return await what


for what in Awaitable(5), Awaitable([]), Awaitable(iter([1])), Awaitable(coro()), Awaitable(generator()), 5, None, generator(), agen(), (x for x in ()):
    c = awaits(what)
    print(type(what).__name__, shown(c.send, None), shown(c.throw, KeyError), shown(c.close))


class Iterates:
    def __init__(self, a, b):
        self.a, self.b = a, b

    def __aiter__(self):
        return self.a

    def __anext__(self):
        return self.b


async def loops(what):
    async for x in what:
        return x


for what in 5, Iterates(5, 5), Iterates(agen(), 5), agen(), Iterates(None, None):
    c = loops(what)
    print(type(what).__name__, shown(c.send, None), shown(c.send, 1), shown(c.send, None))
c = None
it = Iterates(1, 5)
it.a = it
print(shown(loops(it).send, None))
print(shown(aiter, 5), shown(anext, 5), shown(anext, it), shown(anext))

hooks = []
print(sys.get_asyncgen_hooks())
sys.set_asyncgen_hooks(lambda g: hooks.append("first"), lambda g: hooks.append("finalizer"))
g = agen()
shown(g.__anext__().send, None)
del g
gc.collect()
print(hooks, shown(sys.set_asyncgen_hooks, 5), shown(sys.set_asyncgen_hooks, None, 5))
sys.set_asyncgen_hooks(lambda g: 1 / 0, None)
g = agen()
print(shown(g.__anext__), type(g.__anext__()).__name__)
sys.set_asyncgen_hooks(None, None)
print(sys.get_asyncgen_hooks())
