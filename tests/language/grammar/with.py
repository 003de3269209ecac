# with: entering, leaving by every way, several items.
class CM:
    def __init__(self, name, suppress=False, log=None):
        self.name, self.suppress = name, suppress

    def __enter__(self):
        print("enter", self.name)
        return self.name.upper()

    def __exit__(self, t, v, tb):
        print("exit", self.name, t and t.__name__, v, tb is not None)
        return self.suppress


def simple():
    with CM("a") as a, CM("b") as b:
        print(a, b)
    with CM("c"):
        pass
    with (
        CM("d") as (x, *y),
        CM("efg") as (p, q, r),
    ):
        print(x, y, p, q, r)


def suppressed():
    with CM("a", True):
        raise ValueError(1)
    print("after")
    with CM("b", True) as b, CM("c") as c:
        raise ValueError(2)
    print("after", b)
    try:
        with CM("d"):
            raise KeyError(3)
    except KeyError as e:
        print("out", e)


def leaving(how):
    for i in range(2):
        with CM("x"):
            if how == "return":
                return i
            if how == "break":
                break
            if how == "continue":
                continue
            print("body end")
    return "end"


def exit_in_finally():
    try:
        with CM("a"):
            return "value"
    finally:
        print("finally")


def target():
    class T:
        pass
    t = T()
    d = {}
    with CM("a") as t.x, CM("b") as d["k"]:
        print(t.x, d)
    with CM("z") as t.y:
        with CM("z2"):
            print(t.y)
    try:
        with CM("bad") as (a, b):
            print("not here")
    except ValueError as e:
        print(e)


simple()
suppressed()
for how in "return", "break", "continue", "none":
    print(leaving(how))
print(exit_in_finally())
target()

try:
    with 5:
        pass
except TypeError as e:
    print(e)


class NoExit:
    def __enter__(self):
        pass


try:
    with NoExit():
        pass
except TypeError as e:
    print(e)


class BadExit(CM):
    def __exit__(self, *args):
        raise RuntimeError("from exit")


try:
    with BadExit("b"):
        raise ValueError("body")
except RuntimeError as e:
    print(e, repr(e.__context__))


def gen():
    with CM("gen"):
        yield 1
        yield 2


g = gen()
print(next(g))
g.close()
for v in gen():
    print(v)


class BadBool:
    def __bool__(self):
        raise KeyError("bool")


class Odd(CM):
    def __exit__(self, *args):
        return BadBool()


try:
    with Odd("o"):
        raise ValueError
except KeyError as e:
    print(repr(e), repr(e.__context__))
