# Locals fall in the order of their places: arguments, then names in order of first binding.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def plain(a, b=None):
    d = N("d")
    c = N("c")
    print("leaving plain")


plain(N("a"), N("b"))


def rebound():
    x = N("x1")
    y = N("y")
    x = N("x2")
    print("leaving rebound")


rebound()


def deleted():
    x = N("x")
    y = N("y")
    del x
    print("x is gone")
    x = N("x again")
    print("leaving deleted")


deleted()


def returns():
    lost = N("lost")
    kept = N("kept")
    other = N("other")
    return kept


print("got", returns().name)


def raises():
    first = N("first")
    second = N("second")
    raise ValueError(N("argument"))


try:
    raises()
except ValueError as error:
    print("caught", type(error.args[0]).__name__)
print("after")


def star(*args, **kwargs):
    print("in star", len(args), sorted(kwargs))


star(N("s0"), N("s1"), k=N("k0"), l=N("l0"))


def early(flag):
    x = N("early x")
    if flag:
        return
    y = N("never")


early(True)


def loop():
    for i in range(3):
        item = N(f"item{i}")
    print("loop done")


loop()


def nested():
    def inner(p):
        q = N("q")
        print("inner leaves")
    inner(N("p"))
    r = N("r")
    print("outer leaves")


nested()


def expression():
    return N("temporary").name, N("other temporary").name


print(expression())


def with_default(x=N("default")):
    pass


with_default()
with_default(N("given"))
del with_default
print("function deleted")
