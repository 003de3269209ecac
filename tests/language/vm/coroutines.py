# Coroutines and asynchronous generators, run by hand.
import sys


class Await:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        received = yield self.value
        return received


def run(coroutine, *answers):
    trace = []
    answers = list(answers)
    try:
        value = coroutine.send(None)
        while True:
            trace.append(value)
            value = coroutine.send(answers.pop(0) if answers else None)
    except StopIteration as stop:
        return trace, stop.value


async def simple():
    return 5


async def waits(n):
    total = 0
    for i in range(n):
        total += await Await(i)
    return total


async def nested():
    return await simple(), await waits(2)


print(run(simple()), run(waits(3), 1, 2, 3), run(nested(), 10, 20))
c = waits(2)
print(c.cr_running, c.cr_suspended, c.cr_await, c.cr_code.co_name, c.cr_origin, type(c), repr(c)[:27])
c.send(None)
print(c.cr_suspended, type(c.cr_await))
c.close()
print(c.cr_frame)
try:
    c.send(None)
except RuntimeError as error:
    print(error)


async def bad_await():
    await 1


async def bad_iter():
    async for x in iter:
        pass


async def bad_with():
    async with 1:
        pass


class NoIterator:
    def __await__(self):
        return 1


async def bad_iterator():
    await NoIterator()


class Returns:
    def __await__(self):
        return simple_made


class BadAiter:
    def __aiter__(self):
        return 5


async def bad_aiter():
    async for x in BadAiter():
        pass


class BadAnext:
    def __aiter__(self):
        return self

    def __anext__(self):
        return 3


async def bad_anext():
    async for x in BadAnext():
        pass


for function in bad_await, bad_iter, bad_with, bad_iterator, bad_aiter, bad_anext:
    try:
        run(function())
    except TypeError as error:
        print(error, "|", repr(error.__cause__))


class Manager:
    def __init__(self, swallow):
        self.swallow = swallow

    async def __aenter__(self):
        print("aenter", await Await("entering"))
        return self

    async def __aexit__(self, *args):
        print("aexit", args[0], await Await("leaving"))
        return self.swallow


async def with_managers():
    async with Manager(True) as m:
        raise KeyError("x")
    async with Manager(False), Manager(False):
        return "returned"


print(run(with_managers()))


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("agen got", got, await Await("in agen"))
    finally:
        print("agen finally")


async def consume():
    result = []
    async for x in agen(3):
        result.append(x)
    else:
        result.append("else")
    result += [x async for x in agen(2)]
    result.append({x: y async for x in agen(2) for y in [x + 1] if x})
    result.append([await simple() for _ in range(2)])
    return result


print(run(consume()))


async def by_hand():
    g = agen(5)
    print(await g.__anext__(), await g.asend("hello"), g.ag_running, g.ag_frame is not None)
    try:
        await g.athrow(ValueError("thrown"))
    except ValueError as error:
        print(repr(error))
    try:
        await g.__anext__()
    except StopAsyncIteration:
        print("over")
    g = agen(5)
    await g.__anext__()
    print(await g.aclose(), await g.aclose())
    g = agen(1)
    print(await anext(g), await anext(g, "default"))
    try:
        await anext(g)
    except StopAsyncIteration:
        print("stop")


print(run(by_hand()))


async def breaks():
    async for x in agen(3):
        if x == 1:
            break
    g = agen(2)
    async for x in g:
        try:
            continue
        finally:
            print("continue", x)


sys.set_asyncgen_hooks(firstiter=lambda g: print("first", g.__name__), finalizer=lambda g: print("finalize", g.__name__))
print(run(breaks()))
sys.set_asyncgen_hooks(None, None)


async def stops():
    raise StopIteration("inside")


async def stops_async():
    yield 1
    raise StopAsyncIteration


async def stop_errors():
    for thing in stops(), stops_async().__anext__():
        try:
            await thing
        except RuntimeError as error:
            print(error)
    g = stops_async()
    await g.__anext__()
    try:
        await g.__anext__()
    except RuntimeError as error:
        print(error)


run(stop_errors())
waiting = waits(1)


async def awaits_twice():
    await waiting


a, b = awaits_twice(), awaits_twice()
a.send(None)
try:
    b.send(None)
except RuntimeError as error:
    print(error)
a.close()


async def ignores():
    try:
        await Await(1)
    except GeneratorExit:
        await Await(2)


i = ignores()
i.send(None)
try:
    i.close()
except RuntimeError as error:
    print(error)
w = simple().__await__()
print(type(w), iter(w) is w)
try:
    next(w)
except StopIteration as stop:
    print(stop.value)
import types


@types.coroutine
def old_style():
    x = yield "old"
    return x


async def uses_old():
    return await old_style()


print(run(uses_old(), 7))


async def finally_order():
    try:
        await Await("a")
    finally:
        await Await("b")
        print("finally")


f = finally_order()
print(f.send(None))
try:
    print(f.throw(KeyError("k")))
    f.send(None)
except KeyError as error:
    print(repr(error))
g = agen(1)
s = g.asend(None)
try:
    s.send(None)
except StopIteration as stop:
    print("value", stop.value)
try:
    s.send(None)
except RuntimeError as error:
    print(error)
