# Functions, cells, defaults and generators let go in a definite order.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def closure():
    a = N("cell a")
    b = N("cell b")

    def inner():
        return a, b
    return inner


f = closure()
print("made")
del f
print("--")


def shared():
    a = N("shared")

    def one():
        return a

    def two():
        return a
    return one, two


one, two = shared()
del one
print("one is gone")
del two
print("--")


def defaults(a=N("default a"), b=N("default b"), *, c=N("keyword c"), d=N("keyword d")):
    pass


defaults.attribute = N("attribute")
defaults.__annotations__["x"] = N("annotation")
del defaults
print("--")


def make():
    value = N("nonlocal 1")

    def change():
        nonlocal value
        value = N("nonlocal 2")

    def clear():
        nonlocal value
        del value
    return change, clear


change, clear = make()
change()
print("changed")
clear()
print("cleared")
del change, clear
print("--")


def recursive():
    token = N("in a cycle through a cell")

    def loop(n):
        return token and n and loop(n - 1)
    return loop


import gc
gc.disable()
loop = recursive()
loop(2)
del loop
print("still there")
gc.collect()
print("--")


class WithCell:
    held = N("class attribute")

    def method(self):
        return __class__


del WithCell
gc.collect()
print("--")
bound = N("self of a bound method").__repr__
del bound
print("--")
import functools
p = functools.partial(print, N("argument of partial"), end=N("keyword of partial"))
del p
print("--")
funcs = [lambda x=N(f"lambda {i}"): x for i in range(3)]
del funcs
