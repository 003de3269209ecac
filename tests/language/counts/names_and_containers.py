import sys


class Thing:
    pass


thing = Thing()
base = sys.getrefcount(thing)
print(base)
alias = thing
print(sys.getrefcount(thing) - base)
pair = (thing, thing)
print(sys.getrefcount(thing) - base)
named = {"key": thing}
print(sys.getrefcount(thing) - base)
thing.me = thing
print(sys.getrefcount(thing) - base)
del thing.me, named, pair, alias
print(sys.getrefcount(thing) - base)


def closure():
    def inner():
        return thing
    return inner


held = [closure() for _ in range(3)]
print(sys.getrefcount(thing) - base)


def generator(value):
    yield value


waiting = generator(thing)
print(sys.getrefcount(thing) - base)
print(next(waiting) is thing, sys.getrefcount(thing) - base)
del waiting
print(sys.getrefcount(thing) - base)
