# return in finally, with items, del, try, loops: the order in which parts run.
def say(value):
    print(value, end=" ")
    return value


def end(value=""):
    print("|", value)


def f():
    try:
        return say("value")
    finally:
        say("finally")


end(f())


def f():
    try:
        return say("value")
    finally:
        return say("replaced")


end(f())


def f():
    x = 1
    try:
        return x
    finally:
        x = 2
        say(x)


end(f())


def f():
    for i in range(3):
        try:
            say(i)
            continue
        finally:
            say("f")
            if i == 1:
                break
    else:
        say("else")
    return "after"


end(f())


def f():
    while True:
        try:
            try:
                return say("inner")
            finally:
                say("first finally")
        finally:
            say("second finally")
            break
    return "broken"


end(f())


def f():
    try:
        say("try")
        raise KeyError
    except say(ValueError) if False else (ValueError, KeyError):
        say("except")
    else:
        say("else")
    finally:
        say("finally")


end(f())


def match(name, error):
    say(name)
    return error


try:
    raise KeyError
except match("first", ValueError):
    pass
except match("second", KeyError):
    end("second taken")
except match("third", Exception):
    pass


class Manager:
    def __init__(self, name, swallow=False):
        self.name = name
        self.swallow = swallow
        say(f"make {name}")

    def __enter__(self):
        say(f"enter {self.name}")
        return self.name

    def __exit__(self, kind, value, traceback):
        say(f"exit {self.name} {kind and kind.__name__}")
        return self.swallow


with Manager("a") as a, Manager("b") as b:
    say("body")
end()
with (Manager("a") as a, Manager(a + "b") as b):
    say(b)
end()
target = {}
with Manager("a") as target[say("key")]:
    pass
end(target)
with Manager("swallows", True), Manager("passes"):
    raise ValueError
end()
try:
    with Manager("a"), undefined:
        pass
except NameError as error:
    end(error)


class BadEnter(Manager):
    def __enter__(self):
        raise RuntimeError("enter")


try:
    with Manager("a"), BadEnter("b"), Manager("never"):
        pass
except RuntimeError as error:
    end(error)


def f():
    with Manager("m"):
        return say("returned")


end(f())


def f():
    for i in range(3):
        with Manager(i):
            if i == 1:
                break


end(f())


class Iter:
    def __init__(self, *items):
        self.items = items

    def __iter__(self):
        say("iter")
        return self.next()

    def next(self):
        for item in self.items:
            say(f"next {item}")
            yield item
        say("stop")


for x in Iter(1, 2):
    say("body")
else:
    say("else")
end()
end([say(x) for x in Iter(1, 2, 3) if say(x) != 2])
end({say(k): say(v) for k in Iter("a", "b") for v in Iter(1)})
end(list(say((x, y)) for x in Iter(1, 2) if x for y in Iter(x) if y))
g = (say(x) for x in say([1]))
end("outermost iterable at once")
end(list(g))
a, *b = Iter(1, 2, 3)
end((a, b))
a, b = Iter(1, 2)
end()
try:
    a, b = Iter(1, 2, 3, 4)
except ValueError as error:
    end(error)
end([*Iter(1), say("between"), *Iter(2)])
end({**{say("a"): say(1)}, say("b"): say(2), **{say("a"): say(3)}})
try:
    raise say(ValueError) from say(None)
except ValueError:
    end()
try:
    raise ValueError(say(1)) from KeyError(say(2))
except ValueError as error:
    end(repr(error.__cause__))
global_name = 1
del global_name
try:
    global_name
except NameError as error:
    end(error)
