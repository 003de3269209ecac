# yield, yield from, send, throw, close; generators' own state.
def simple():
    x = yield 1
    print("got", x)
    y = yield x
    print("got", y)
    return "done"


g = simple()
print(next(g), g.send("a"))
try:
    g.send("b")
except StopIteration as e:
    print(e.value)


def delegating(*its):
    for it in its:
        r = yield from it
        print("result", r)
    return "end"


def sub(n):
    got = []
    try:
        for i in range(n):
            got.append((yield i))
    except KeyError as e:
        got.append(repr(e))
        yield "caught"
    finally:
        print("sub finally")
    return got


print(list(delegating(sub(2), [5, 6], "x")))
g = delegating(sub(3), sub(1))
print(next(g), g.send("s"), g.throw(KeyError("k")), next(g))
g.close()


def expression():
    x = (yield 1) + (yield 2) * (yield 3)
    print([x, (yield x), (yield from sub(1))])
    print(f"{(yield 'f')}", {(yield 'k'): (yield 'v')})
    return (yield)


g = expression()
v = None
while True:
    try:
        v = g.send(None if v is None else 10)
        print(v)
        if v is None:
            v = 0
    except StopIteration as e:
        print("value", e.value)
        break


def stop_inside():
    yield 1
    raise StopIteration("no")


try:
    list(stop_inside())
except RuntimeError as e:
    print(e, repr(e.__cause__))


def locals_survive(a, b=2, *c, **d):
    e = a + b
    yield e
    e += 1
    yield e, c, d
    del a
    try:
        yield a
    except UnboundLocalError as err:
        yield str(err)


print(list(locals_survive(1, 2, 3, k=4)))


def temporaries():
    print([1, (yield "a"), (2, (yield "b")), {"k": (yield "c")}])
    print(max((yield "d"), (yield "e"), key=(yield "f")))


g = temporaries()
v = next(g)
n = 0
try:
    while True:
        n += 1
        v = g.send(n if v != "f" else None)
        print(v)
except StopIteration:
    pass


def infinite():
    n = 0
    while True:
        n += (yield n) or 1


g = infinite()
print([next(g) for _ in range(3)], g.send(10), next(g))


def with_closure(x):
    def inc():
        nonlocal x
        x += 1
    while x < 5:
        inc()
        yield x


print(list(with_closure(2)))


def in_loops():
    for i in range(2):
        for j in range(2):
            try:
                if (yield i, j) == "break":
                    break
            finally:
                print("f", i, j)
        else:
            print("no break")


g = in_loops()
print(next(g), next(g), g.send("break"))
g.close()


def return_in_finally():
    try:
        yield 1
    finally:
        return 5


g = return_in_finally()
next(g)
try:
    g.throw(ValueError)
except StopIteration as e:
    print(e.value)


class Iter:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration(99)
        return self.n


def from_iter():
    r = yield from Iter()
    print("r", r)
    try:
        r = yield from 5
    except TypeError as e:
        print(e)


print(list(from_iter()))


def recursive(n):
    if n:
        yield n
        yield from recursive(n - 1)


print(list(recursive(20)) == list(range(20, 0, -1)))
g = recursive(3)
print(g.gi_running, g.gi_frame is not None, g.gi_code.co_name, g.gi_yieldfrom)
next(g), next(g)
print(g.gi_yieldfrom is not None)


def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


f = fib()
print([next(f) for _ in range(15)])
lam = lambda: (yield 5)
print(list(lam()))


def exc_info_kept():
    import sys
    try:
        raise ValueError
    except ValueError:
        yield sys.exc_info()[0]
        yield sys.exc_info()[0]


try:
    raise KeyError
except KeyError:
    import sys
    g = exc_info_kept()
    print(next(g), sys.exc_info()[0], next(g), sys.exc_info()[0])
