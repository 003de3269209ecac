# async def, await, async for, async with, asynchronous generators and comprehensions: driven by hand.
class Pause:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        got = yield self.v
        return got


def run(coro, *sends):
    out = []
    value = None
    sends = list(sends)
    try:
        while True:
            out.append(coro.send(value))
            value = sends.pop(0) if sends else None
    except StopIteration as e:
        out.append(("return", e.value))
    except Exception as e:
        out.append(repr(e))
    return out


async def simple(x):
    y = await Pause(x)
    z = await other(y)
    return y, z


async def other(v):
    return v, await Pause("other")


print(run(simple(1), "a", "b"))


class AIter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return await Pause(("next", self.n))


async def loop(n):
    out = []
    async for i in AIter(n):
        if i == "skip":
            continue
        if i == "stop":
            break
        out.append(i)
    else:
        out.append("else")
    return out


print(run(loop(3), 1, "skip", 3))
print(run(loop(3), 1, "stop", 3))


class ACM:
    def __init__(self, suppress=False):
        self.suppress = suppress

    async def __aenter__(self):
        return await Pause("enter")

    async def __aexit__(self, t, v, tb):
        await Pause(("exit", t and t.__name__))
        return self.suppress


async def withs(kind):
    for i in range(2):
        async with ACM() as a, ACM(True) as b:
            if kind == "raise":
                raise ValueError(a)
            if kind == "return":
                return a, b
            if kind == "break":
                break
    try:
        async with ACM() as c:
            raise KeyError(c)
    except KeyError as e:
        return repr(e)


for kind in "raise", "return", "break", "none":
    print(run(withs(kind), *"abcdefgh"))


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                await Pause(("sent", got))
    finally:
        await Pause("agen finally")


async def use_agen():
    out = [x async for x in agen(3)]
    out.append({x: x async for x in agen(2) if x})
    out.append({x async for x in agen(2)})
    out.append([y for y in [z async for z in agen(2)]])
    out.append([await Pause("in comp") for _ in range(2)])
    g = (x * 2 async for x in agen(3))
    async for v in g:
        out.append(v)
    return out


print(run(use_agen()))


async def drive():
    g = agen(3)
    out = [await g.asend(None), await g.asend("hello"), await g.__anext__()]
    try:
        await g.athrow(ValueError("thrown"))
    except ValueError as e:
        out.append(repr(e))
    try:
        await g.__anext__()
    except StopAsyncIteration:
        out.append("ended")
    g = agen(1)
    await g.__anext__()
    await g.aclose()
    return out


print(run(drive()))


async def errors():
    try:
        await 5
    except TypeError as e:
        print(e)
    try:
        async for x in 5:
            pass
    except TypeError as e:
        print(e)
    try:
        async with 5:
            pass
    except TypeError as e:
        print(e)
    return await Pause(1) + await Pause(2) * (await Pause(3))


print(run(errors(), 2, 3, 4))


async def lambdas():
    f = lambda: Pause("lambda")
    return [await f(), (await f(), await f())]


print(run(lambdas(), 1, 2, 3))


async def return_in_async_for():
    async for i in AIter(2):
        try:
            return i
        finally:
            await Pause("finally")


print(run(return_in_async_for(), "v"))
c = simple(1)
print(c.cr_code.co_name, c.cr_running)
c.close()
