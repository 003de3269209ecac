"""Annotated targets without values are still evaluated; a comprehension may rebind what is read around it."""
import types


def said(*args):
    print(*args, end="; ")
    return args[-1]


class Thing:
    def __repr__(self):
        return "Thing"


thing, items = Thing(), [0, 1]
said("object", thing).x: said("annotation", int)
said("list", items)[said("key", 0)]: said("annotation", int)
said("list", items)[said("from", 0):said("to", 1):said("step", 1)]: int
said("list", items)[said("a", 0), said("b", 1)]: int
(thing.x): int
said("value after", thing).y: said("annotation", str) = said("value", 5)
print()


def inside():
    said("object", thing).x: said("not evaluated", int)
    said("list", items)[said("key", 0)]: said("not evaluated", int)
    x: said("not evaluated", int)
    try:
        x
    except UnboundLocalError as error:
        print(error)
    try:
        nothing.x: int
    except NameError as error:
        print(error)
    try:
        items[nothing]: int
    except NameError as error:
        print(error)


inside()


class Body:
    said("object", thing).x: said("annotation", int)
    y: int


print(Body.__annotations__)


def rebinds(x):
    return x + [x := 2 for _ in range(3)][-1], x, (x, [x := y for y in (7, 8)], x), x + sum(x := z for z in (1, 2)) + x


print(rebinds(1))


def cells(x):
    def read():
        return x
    return x, [x := 5 for _ in range(1)], read(), x + (x := 6) + read()


print(cells(1))
code = rebinds.__code__
for make in lambda: types.CodeType(), lambda: types.CodeType(*[0] * 20), lambda: next(code.co_positions()), lambda: next(code.co_lines())[2], lambda: type(code.co_lnotab).__name__, lambda: type("Sub", (types.CodeType,), {}):
    try:
        result = make()
        print(type(result).__name__)
    except TypeError:
        print("TypeError")
