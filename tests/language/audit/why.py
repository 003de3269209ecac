# differs: the module ouroscope
# Every holder of an object has a name: of a global, a local and its frame, an attribute, a key, an item, a cell.
import re

import ouroscope


def why(thing):
    return sorted(re.sub(r" at 0x\w+", "", line) for line in ouroscope.why(thing))


class Node:
    pass


class Slotted:
    __slots__ = ("here",)


def f(thing):
    other = thing
    node, slotted = Node(), Slotted()
    node.child = slotted.here = thing
    names, numbers, items = {"key": thing, "none": None}, {5: thing, (1,): 2}, [None, thing]
    waiting = (x for x in [thing])
    next(waiting)

    def inner():
        return thing

    print(*why(thing), sep="\n")


def outer():
    f(kept)


kept = object()
outer()
node = Node()
vars(node)["late"] = Node()
print(why(node.late), why(kept))
try:
    raise ValueError("held by its handler")
except ValueError as error:
    print(why(error))
