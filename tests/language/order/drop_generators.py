# A generator that is dropped runs its finally, and its frame's names fall after it.
import gc


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def gen(arg):
    first = N("first")
    try:
        yield 1
        second = N("second")
        yield 2
    finally:
        print("finally")


g = gen(N("arg"))
next(g)
del g
print("--")
g = gen(N("arg"))
next(g)
next(g)
del g
print("--")
g = gen(N("never started"))
del g
print("--")
g = gen(N("closed"))
next(g)
g.close()
print("closed")
del g
print("--")
g = gen(N("exhausted"))
print(list(g))
print("still named")
del g
print("--")


def throws():
    x = N("x")
    try:
        yield
    except ValueError as error:
        print("threw", error)
        yield "going on"


g = throws()
next(g)
print(g.throw(ValueError("inside")))
del g
print("--")


def delegating():
    a = N("outer")
    yield from gen(N("inner arg"))


g = delegating()
next(g)
del g
print("--")


def temporaries():
    yield [N("display 0"), N("display 1"), (yield "middle")]


g = temporaries()
print(next(g))
del g
print("--")
g = temporaries()
next(g)
print(len(g.send(N("sent"))))
del g
print("--")


def for_loop():
    for item in [N("i0"), N("i1"), N("i2")]:
        yield item.name


g = for_loop()
print(next(g), next(g))
del g
print("--")


def cyclic():
    me = yield
    hold = N("in a cyclic frame")
    try:
        yield
    finally:
        print("finally of a cycle")


gc.disable()
g = cyclic()
next(g)
g.send(g)
del g
print("still there")
print(gc.collect() > 0)
print("--")
e = (N(f"expression {i}").name for i in range(2))
print(next(e))
del e
print("--")


def with_statement():
    class Manager:
        def __enter__(self):
            print("enter")

        def __exit__(self, *info):
            print("exit", info[0].__name__)
    with Manager():
        yield


g = with_statement()
next(g)
del g
print("--")


def refuses():
    while True:
        try:
            yield
        except GeneratorExit:
            print("exit seen")
            return


g = refuses()
next(g)
del g
