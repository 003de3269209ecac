# async statements and expressions, driven by hand.
def say(value):
    print(value, end=" ")
    return value


class Wait:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        print(f"await {self.value}", end=" ")
        got = yield self.value
        print(f"resumed {self.value} with {got}", end=" ")
        return self.value


class Manager:
    def __init__(self, name):
        self.name = name

    async def __aenter__(self):
        say(f"aenter {self.name}")
        await Wait("in")
        return self.name

    async def __aexit__(self, kind, value, traceback):
        say(f"aexit {self.name} {kind and kind.__name__}")
        await Wait("out")
        return kind is KeyError


class Iter:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        say("aiter")
        return self

    async def __anext__(self):
        say("anext")
        if not self.n:
            raise StopAsyncIteration
        self.n -= 1
        return await Wait(self.n)


def drive(coroutine):
    sent = None
    try:
        while True:
            got = coroutine.send(sent)
            sent = f"s{got}"
    except StopIteration as stop:
        print("|", stop.value)
    except Exception as error:
        print("|", type(error).__name__, error)


async def expression():
    return [say("a"), await Wait(1), say("b"), await Wait(2) + await Wait(3), {await Wait("k"): await Wait("v")}]


async def call():
    return print(say("x"), await Wait("y"), *await Wait([1, 2]), sep=await Wait("-"))


async def with_statement():
    async with Manager("a") as a, Manager("b") as b:
        say(a + b)
        raise KeyError
    return "swallowed"


async def for_statement():
    async for x in Iter(2):
        say(f"body {x}")
    else:
        say("else")
    return [x async for x in Iter(2) if x], {x: await Wait(x) async for x in Iter(1)}


async def rebinds():
    x = 1
    print(x + await Wait(2) + (x := 5) + x, end=" ")
    d = {}
    d[await Wait("key")] = await Wait("value")
    d["key"] += await Wait("!")
    return d, f"{await Wait(1)}{x}{await Wait(2)}"


async def agen():
    try:
        got = yield say("first")
        say(got)
        yield await Wait("second")
    finally:
        await Wait("cleanup")


async def uses_agen():
    g = agen()
    say(await g.__anext__())
    say(await g.asend("sent"))
    await g.aclose()
    return [x async for x in agen()]


async def inner(n):
    if n:
        return await inner(n - 1) + await Wait(n)
    return 0


async def raises():
    try:
        await Wait(1)
        raise ValueError("inside")
    finally:
        await Wait("finally")


async def conditional():
    return await Wait(1) if await Wait(0) else await Wait(2) or await Wait(3) and await Wait(4)


for function in expression, call, with_statement, for_statement, rebinds, uses_agen, lambda: inner(3), raises, conditional:
    drive(function())
c = expression()
print(c.send(None))
try:
    c.throw(ValueError("thrown"))
except ValueError as error:
    print(error)
