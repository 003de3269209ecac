# What has been evaluated when something fails: nothing after it, and what was made falls.
class N:
    def __init__(self, name):
        self.name = name
        print(name, end=" ")

    def __del__(self):
        print(f"-{self.name}", end=" ")


def fail():
    print("!", end=" ")
    raise ValueError


def attempt(function):
    try:
        function()
    except (ValueError, TypeError, NameError, KeyError, AttributeError, IndexError) as error:
        print("|", type(error).__name__)
    else:
        print("| no error")


def take(*args, **kwargs):
    print("called", end=" ")


attempt(lambda: [N("a"), N("b"), fail(), N("c")])
attempt(lambda: (N("a"), fail()))
attempt(lambda: {N("a"): N("b"), N("c"): fail()})
attempt(lambda: {N("a"), N("b"), fail()})
attempt(lambda: take(N("a"), N("b"), fail(), N("c")))
attempt(lambda: take(N("a"), k=N("b"), l=fail()))
attempt(lambda: take(N("a"), *[N("b")], *fail()))
attempt(lambda: take(*[N("a")], **{"k": N("b")}, **fail()))
attempt(lambda: N("a").missing)
attempt(lambda: N("a").missing(N("b")))
attempt(lambda: N("a")[N("b")])
attempt(lambda: N("a") + N("b"))
attempt(lambda: N("a") + fail())
attempt(lambda: N("a") < N("b"))
attempt(lambda: (N("a"), N("b") < fail()))
attempt(lambda: f"{N('a').name}{N('b').name}{fail()}")
attempt(lambda: [N(str(i)) if i < 2 else fail() for i in range(4)])
attempt(lambda: {i: N(str(i)) if i < 2 else fail() for i in range(4)})
attempt(lambda: N("callee")(N("a"), N("b")))
attempt(lambda: undefined(N("a")))
attempt(lambda: (N("a"), undefined))
attempt(lambda: [*[N("a")], *N("b")])
attempt(lambda: ([N("a")] + [N("b")])[5])
attempt(lambda: {"k": N("a")}[N("b")])


def assignment():
    x = N("x")
    x, y = N("a"), fail()


attempt(assignment)


def unpack():
    a, b = [N("a"), N("b"), N("c")]


attempt(unpack)


def store():
    N("target").missing[N("key")] = N("value")


attempt(store)


def store():
    [][N("key").name] = N("value")


attempt(store)


def loop():
    for x in [N("a"), N("b")]:
        y = N("y")
        fail()


attempt(loop)


def nested():
    x = N("outer")
    try:
        y = N("inner")
        fail()
    finally:
        z = N("finally")


attempt(nested)


def with_item():
    with N("manager") as m:
        pass


attempt(with_item)


def augmented():
    x = N("x")
    x += N("y")


attempt(augmented)


def raising():
    raise ValueError(N("argument")) from fail()


attempt(raising)


def defaults():
    def f(a=N("default a"), b=fail()):
        pass


attempt(defaults)


def decorated():
    @take
    @fail()
    def f(a=N("never")):
        pass


attempt(decorated)


def class_statement():
    class C(object, metaclass=N("metaclass").missing):
        x = N("never")


attempt(class_statement)


def class_body():
    class C:
        x = N("in body")
        y = fail()


attempt(class_body)


def deletes():
    x = N("x")
    del x, y


attempt(deletes)


def generator():
    yield N("a").name
    fail()


attempt(lambda: list(generator()))
attempt(lambda: [N("first"), *generator()])
