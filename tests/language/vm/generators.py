# Generators: send, throw, close, delegation, finalization.
import gc


def count(n):
    got = []
    for i in range(n):
        got.append((yield i))
    return got


g = count(3)
print(g.gi_running, g.gi_suspended, g.gi_frame is not None, g.gi_yieldfrom)
print(next(g), g.send("a"), g.gi_suspended)
try:
    g.send("b")
    g.send("c")
except StopIteration as stop:
    print(stop.value)
print(g.gi_frame, g.gi_suspended, list(g))
try:
    count(1).send(1)
except TypeError as error:
    print(error)
try:
    next(g)
except StopIteration as stop:
    print(repr(stop), stop.value)


def catcher():
    while True:
        try:
            x = yield
            print("sent", x)
        except ValueError as error:
            print("caught", error, error.__traceback__ is not None)
        finally:
            print("finally")


c = catcher()
next(c)
c.send(1)
c.throw(ValueError("one"))
c.throw(ValueError, "two")
c.throw(ValueError)
try:
    c.throw(KeyError("out"))
except KeyError as error:
    print(repr(error))
print(c.gi_frame)
for bad in ((1,), (ValueError("x"), 1), (ValueError, 1, 2)):
    try:
        count(1).throw(*bad)
    except TypeError as error:
        print(error)

g = count(1)
try:
    g.throw(KeyError("early"))
except KeyError as error:
    print(repr(error), g.gi_frame)


def ignores():
    try:
        yield 1
    except GeneratorExit:
        yield 2


i = ignores()
next(i)
try:
    i.close()
except RuntimeError as error:
    print(error)
print(i.close(), i.close())


def cleans(name):
    try:
        yield name
    finally:
        print("cleaned", name)


a = cleans("a")
next(a)
a.close()
b = cleans("b")
next(b)
del b
never = cleans("never")
never.close()
del never
for x in cleans("for"):
    break
print("after for")


def stops():
    yield 1
    raise StopIteration("inside")


try:
    list(stops())
except RuntimeError as error:
    print(error, repr(error.__cause__), error.__suppress_context__)


def reenter():
    try:
        next(me)
    except ValueError as error:
        yield str(error)


me = reenter()
print(next(me))


def inner():
    try:
        while True:
            try:
                received = yield "inner"
                print("inner received", received)
            except KeyError as error:
                print("inner caught", repr(error))
    except GeneratorExit:
        print("inner closed")
        raise
    finally:
        print("inner finally")


def outer():
    try:
        result = yield from inner()
    except ValueError:
        print("outer caught")
        yield "recovered"
    return "done"


o = outer()
print(next(o), o.gi_yieldfrom.__name__, o.send(5), o.throw(KeyError(1)), o.throw(ValueError), next(o, "end"))
o = outer()
next(o)
o.close()


def returns():
    x = yield 1
    return x * 2


def delegates():
    a = yield from returns()
    b = yield from [a, a + 1]
    c = yield from ()
    return a, b, c


d = delegates()
print(next(d), d.send(10), next(d))
try:
    next(d)
except StopIteration as stop:
    print(stop.value)


class Iterator:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration("over")
        return self.n

    def send(self, value):
        return "sent %s" % value

    def throw(self, *args):
        return "thrown"

    def close(self):
        print("closed")


def through():
    return (yield from Iterator())


t = through()
print(next(t), t.send(3), t.throw(ValueError), next(t))
t.close()
t = through()
print(list(t))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(4)))


def chain(n):
    if n:
        yield from chain(n - 1)
    else:
        for i in range(3):
            print("bottom", (yield i))


ch = chain(50)
print(next(ch), ch.send("x"), ch.send("y"))


def nested_calls(n):
    def helper(k):
        return sum(range(k))
    for i in range(n):
        yield helper(i) + len([helper(j) for j in range(i)])


print(list(nested_calls(6)))
print(sum(x * y for x in range(4) for y in range(4) if x != y), [list(x for x in range(n)) for n in range(3)])
e = (1 / n for n in (1, 0))
print(next(e))
try:
    next(e)
except ZeroDivisionError as error:
    print(error, e.gi_frame)


def handled():
    try:
        raise KeyError("handled")
    except KeyError:
        yield 1
        try:
            raise
        except KeyError as error:
            print("again", error)
            yield 2


import sys
h = handled()
try:
    raise ValueError("mine")
except ValueError:
    next(h)
    print(repr(sys.exc_info()[1]))
    next(h)
    print(repr(sys.exc_info()[1]))
print(sys.exc_info()[1], next(h, None))
print(count.__name__, repr(count(1))[:26], count(1).__name__, count(1).__qualname__, type(count(1)))
g = count(1)
g.__name__ = "renamed"
print(g.__name__, g.gi_code.co_name)
for attribute in ("__name__", "__qualname__"):
    try:
        setattr(g, attribute, 1)
    except TypeError as error:
        print(error)


class Cycle:
    def run(self):
        try:
            self.gen = yield
            yield self
        finally:
            print("cycle finally")


cy = Cycle()
gen = cy.run()
next(gen)
gen.send(gen)
del cy, gen
gc.collect()
print("collected")


def locals_of():
    a = 1
    b = yield a
    yield sorted(locals().items())


lo = locals_of()
next(lo)
print(lo.gi_frame.f_locals, lo.send(4), lo.gi_frame.f_lineno - locals_of.__code__.co_firstlineno)


def deep_finally():
    for i in range(3):
        try:
            yield i
        finally:
            try:
                yield "cleanup %d" % i
            finally:
                print("inner", i)


print(list(deep_finally()))
gens = [count(2) for _ in range(5)]
print([next(g) for g in gens], [next(g) for g in reversed(gens)])
print(max((len(w), w) for w in "a few short words".split()))
a, *b = (x for x in range(5))
print(a, b, *(c for c in "xy"))
