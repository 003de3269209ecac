# The callee, then arguments from left to right; stars and keywords where they stand.
def say(value):
    print(value, end=" ")
    return value


def show(*args, **kwargs):
    print("|", args, kwargs)


say(show)(say(1), say(2)) if False else show(say(1), say(2))
show(say(1), *say([2, 3]), say(4), *say((5,)), k=say(6), **say({"l": 7}), m=say(8))
show(*say([1]), k=say(2), *say([3]))
show(k=say(1), *say([2]))


class Star:
    def __init__(self, name):
        self.name = name

    def __iter__(self):
        print(f"iter {self.name}", end=" ")
        return iter([self.name])

    def keys(self):
        print(f"keys {self.name}", end=" ")
        return [self.name]

    def __getitem__(self, key):
        print(f"get {key}", end=" ")
        return key


show(say(0), *Star("a"), say(1), *Star("b"), **Star("c"), d=say(2), **Star("e"))
for call in (lambda: show(*[1], **{"a": say(1)}, a=say(2)), lambda: show(*say(5)), lambda: show(**say([1])),
             lambda: show(say(1), **{1: 2}), lambda: missing(say(1)), lambda: show(**{"a": 1}, **{"a": say(2)})):
    try:
        call()
    except (TypeError, NameError) as error:
        print("|", error)


class Callee:
    def __getattr__(self, name):
        print(f"get {name}", end=" ")
        return show

    def __getitem__(self, name):
        print(f"item {name}", end=" ")
        return show


c = Callee()
c.method(say(1), k=say(2))
c[say("key")](say(1))
f = show
f(f := 1)
f = show
f(say(1), (f := say(2)), f)


def outer(x):
    print(f"outer({x})", end=" ")
    return lambda y: show(x, y)


outer(say(1))(say(2))
show((say(1), say(2)), [say(3)], {say(4): say(5)}, {say(6)})
x = [1]
show(x, x.append(2), *x)
a = 1
show(a, (a := a + 1), a, (a := a + 1), k=a, l=(a := 10), m=a)
print(say("x") * say(2), say("sep"), sep=say(","))
max(say(3), say(4), key=say(None))
print()


class New:
    def __new__(cls, *args):
        print("new", end=" ")
        return super().__new__(cls)

    def __init__(self, *args):
        print("init |", args)


say(New)(say(1), say(2)) and None


def gen():
    got = yield say("first")
    show(got, (yield say("second")), (yield say("third")))
    yield


g = gen()
next(g)
g.send(1)
g.send(2)
g.send(3)
