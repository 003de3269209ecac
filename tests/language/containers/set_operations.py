"""Sets, ordered dicts, views: every method with every kind of argument, also itself."""
from collections import OrderedDict


def masked(text):
    """Without addresses."""
    return " ".join("0x" if word.startswith("0x") else word for word in text.split(" "))


def shown(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return masked(f"{type(error).__name__}: {error}")
    if isinstance(result, (set, frozenset)):
        return masked(type(result).__name__ + str(sorted(result, key=repr)))
    return masked(repr(result))


class Set(set):
    pass


class Frozen(frozenset):
    pass


OTHERS = [lambda: set(), lambda: {1, 2}, lambda: frozenset({2, 3}), lambda: [1, 1, 5], lambda: {1: 2, 3: 4}, lambda: {1: 2}.keys(), lambda: {1: 2}.items(), lambda: "ab", lambda: range(40), lambda: iter([2]), lambda: 5, lambda: None, lambda: [[]], lambda: Set({1, 9}), lambda: Frozen({1, 2, 3})]
METHODS = ("union", "intersection", "difference", "symmetric_difference", "update", "intersection_update", "difference_update", "symmetric_difference_update", "issubset", "issuperset", "isdisjoint", "__or__", "__and__", "__sub__", "__xor__", "__ror__", "__rand__", "__rsub__", "__rxor__",
           "__ior__", "__iand__", "__isub__", "__ixor__", "__le__", "__lt__", "__ge__", "__gt__", "__eq__", "__ne__", "__contains__", "add", "remove", "discard", "__init__")
for kind in set, frozenset, Set, Frozen:
    for start in (), (1, 2, 3), range(20):
        for name in METHODS:
            if not hasattr(kind, name):
                continue
            for n, other in enumerate(OTHERS):
                one = kind(start)
                print(kind.__name__, len(one), name, n, shown(getattr(one, name), other()) if name not in ("__init__",) or isinstance(one, set) else "", shown(lambda: one))
            one = kind(start)
            print("  itself", shown(getattr(one, name), one), shown(lambda: one))
            print("  many", shown(getattr(one, name)), shown(getattr(one, name), {1}, [2]), shown(lambda: one))
        one = kind(start)
        print(shown(one.copy), one.copy() is one, shown(one.__reduce__)[:30], shown(one.pop) if len(one) == 0 and hasattr(one, "pop") else "", shown(one.clear) if hasattr(one, "clear") else "", one.__sizeof__() > 100, shown(hash, one) if isinstance(one, set) else hash(one) == hash(kind(start)))
print(shown(set, 1), shown(set, [1], 2), shown(set, x=1), shown(frozenset, x=1), frozenset() is frozenset(()), frozenset(frozenset({1})) == {1}, shown(Set, [1]), type(Set([1]) | {2}).__name__, type(Frozen([1]) | {2}).__name__, type({1} | Frozen([2])).__name__, {frozenset({1})} == {frozenset({1})}, frozenset({1}) in {frozenset({1})}, {1} in {frozenset({1})}, shown(lambda: {set()}))
s = {frozenset({1}), 5}
s.discard({1})
print(s, shown(s.remove, {2}), shown({1}.remove, [1]), shown({1}.__contains__, []))
it = iter({1, 2, 3})
next(it)
print(it.__length_hint__(), shown(it.__reduce__)[:20], len(list(it)), it.__length_hint__())
x = {1}
it = iter(x)
x.add(2)
print(shown(next, it), shown(next, it))


def ordered(n=5):
    return OrderedDict((str(i), i) for i in range(n))


class Ordered(OrderedDict):
    pass


for make in ordered, lambda: Ordered(ordered()), lambda: ordered(0), lambda: {str(i): i for i in range(5)}:
    d = make()
    print(type(d).__name__, shown(lambda: d), [shown(list, f(d)) for f in (reversed, lambda d: reversed(d.keys()), lambda d: reversed(d.values()), lambda d: reversed(d.items()), dict.keys, dict.values, lambda d: d.values(), lambda d: d.items())])
    print(shown(lambda: d | {"9": 9}), shown(lambda: {"9": 9} | d), shown(lambda: d | [1]), shown(d.__ior__, [("a", 1)]), shown(d.__ior__, 5), shown(d.copy), shown(d.__reduce__)[:70], d.__sizeof__() > 50)
    for name, args in ("pop", ("1",)), ("pop", ("x",)), ("pop", ("x", 5)), ("popitem", ()), ("popitem", (False,)), ("popitem", (True, 1)), ("move_to_end", ("0",)), ("move_to_end", ("0", False)), ("move_to_end", ("x",)), ("setdefault", ("new", 1)), ("setdefault", ("new", 2)), ("setdefault", ("none",)), ("fromkeys", ("ab", 1)), ("update", ({"u": 1},)), ("update", (5,)), ("update", ([(1, 2, 3)],)), ("get", ("u",)), ("__delitem__", ("u",)), ("__delitem__", ("u",)), ("__eq__", (d,)), ("__eq__", ({},)), ("__lt__", (d,)), ("__contains__", ([],)), ("clear", ()), ("popitem", ()):
        print(" ", name, args if d not in args else "itself", shown(getattr(d, name), *args) if hasattr(d, name) else "none", d)
    d.update(a=1, b=2)
    for view in d.keys(), d.values(), d.items():
        it = iter(view)
        print(type(it).__name__.replace("odict", "dict"), next(it), it.__reduce__()[1], shown(getattr(it, "__length_hint__", int)))
        it = iter(view)
        next(it)
        d["c" + type(it).__name__] = 1
        print(shown(next, it), shown(next, it))
a, b = ordered(3), ordered(3)
b.move_to_end("0")
print(a == b, a == dict(b), dict(a) == b, a != b, OrderedDict(a) == a, OrderedDict(b) == a, shown(OrderedDict, 5), shown(OrderedDict, a, b), OrderedDict(x=1))
keys, items = {1: 2, 3: 4}.keys(), {1: 2, 3: [4]}.items()
for view in keys, items, {1: 2}.values():
    for name in "__and__", "__or__", "__sub__", "__xor__", "__rand__", "__ror__", "__rsub__", "__rxor__", "isdisjoint", "__le__", "__lt__", "__eq__", "__ge__", "__gt__", "__ne__", "__contains__", "__len__", "__reversed__":
        for n, other in enumerate((lambda: {1, 9}, lambda: [1, (1, 2)], lambda: keys, lambda: items, lambda: 5, lambda: (1, 2), lambda: (1,), lambda: [[]])):
            if hasattr(view, name):
                print(type(view).__name__, name, n, shown(getattr(view, name), *(() if name in ("__len__", "__reversed__") else (other(),))).split(" at ")[0])
