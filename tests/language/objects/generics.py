"""Parameterized types and unions: making, substituting, comparing."""
import sys
from typing import Any, Callable, Concatenate, Generic, List, Optional, ParamSpec, TypeVar, TypeVarTuple, Union, Unpack

T, K, V = TypeVar("T"), TypeVar("K"), TypeVar("V")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")


def masked(text):
    """Without addresses."""
    return " ".join("0x" if word.startswith("0x") else word for word in text.split(" "))


def shown(function, *args, **kwargs):
    try:
        return masked(repr(function(*args, **kwargs)))
    except Exception as error:
        return masked(f"{type(error).__name__}: {error}")


class A(Generic[T]):
    pass


class B(Generic[*Ts]):
    pass


class C(Generic[P, T]):
    pass


ALIASES = {"list[int]": list[int], "list[T]": list[T], "dict[K, V]": dict[K, V], "dict[K, list[K]]": dict[K, list[K]], "tuple[()]": tuple[()], "tuple[T, ...]": tuple[T, ...], "tuple[*Ts]": tuple[*Ts], "tuple[int, *Ts, T]": tuple[int, *Ts, T], "list[list[T]]": list[list[T]],
           "list[T | int]": list[T | int], "T | int": T | int, "int | str": int | str, "int | None": int | None, "list[int] | T": list[int] | T, "type[T]": type[T], "list['x']": list["x"], "tuple[*tuple[T, ...]]": tuple[*tuple[T, ...]], "dict[T, Callable[P, T]]": dict[T, Callable[P, T]], "*tuple[int]": (*tuple[int, str],)[0], "list[P]": list[P] if True else 0}
ARGS = (int, (int,), (int, str), (int, str, float), T, K, (K, V), (), list[T], None, "x", (*tuple[int, str],), [int, str], ([int, str], float), ..., (int, ...), Any, Ts, Unpack[Ts], (int, *Ts), int | T, 5)
for title, alias in ALIASES.items():
    print(title, repr(alias), type(alias).__name__, alias.__args__, alias.__parameters__, getattr(alias, "__origin__", None), getattr(alias, "__unpacked__", None), getattr(alias, "__typing_unpacked_tuple_args__", None))
    for n, args in enumerate(ARGS):
        print(" ", n, shown(lambda: alias[args]))
    print("  call", shown(alias), shown(alias, 5), shown(isinstance, [], alias), shown(issubclass, list, alias), hash(alias) == hash(alias), alias == alias, alias == 5, shown(lambda: alias | 5), shown(lambda: 5 | alias), shown(lambda: alias | None), shown(lambda: alias | "x"), shown(lambda: alias < alias), shown(iter, alias)[:28], shown(lambda: list(alias)), shown(setattr, alias, "x", 1), shown(getattr, alias, "append")[:20], shown(alias.__mro_entries__, ()) if hasattr(alias, "__mro_entries__") else "", len(dir(alias)) > 10, shown(alias.__reduce__), shown(lambda: type("Sub", (alias,), {})))
print(list[int] == list[int], list[int] == list[str], list[int] == List[int], hash(list[int]) == hash(list[int]), int | str == str | int, hash(int | str) == hash(str | int), int | int, int | str | int, (int | str) | (str | float), int | list[int] | list[int], type(int | None), int | None == Optional[int], Union[int, str] == int | str)
print(isinstance(5, int | str), isinstance([], int | list), shown(isinstance, 5, int | list[int]), shown(isinstance, "a", int | list[int]), issubclass(int, int | str), shown(issubclass, int, int | list[int]), isinstance(None, int | None), shown(isinstance, 5, T | int), shown(issubclass, 5, int | str))
for left in int, None, list[int], T, "x", 5, int | str, Any, type, ...:
    for right in int, None, list[int], T, "x", 5, int | str, type(None):
        print(left, right, shown(lambda: left | right))


class List2(list[int]):
    pass


class WithClassGetitem:
    def __class_getitem__(cls, item):
        return cls, item


print(List2.__bases__, List2.__orig_bases__, List2.__mro__[1], WithClassGetitem[5], shown(lambda: int[5]), shown(lambda: List2[str]), list[int].__class__, list[int](range(3)), dict[str, int](a=1), shown(lambda: list[int].x), list[int].__doc__ == list.__doc__, list[int].__module__, list[int].__name__)
import types

GA = types.GenericAlias
print(GA(list, int), GA(list, (int, str)), GA(5, 6), shown(GA), shown(GA, 1), shown(GA, 1, 2, 3), shown(GA, 1, x=2), GA(list, ()) == list[()], shown(lambda: GA(5, T)[int]), shown(GA(len, int)), shown(GA(print, int), 5), type("Sub", (GA,), {})(list, (int,)), shown(types.UnionType), shown(type, "U", (types.UnionType,), {}))


class Subst:
    __parameters__ = (T,)

    def __getitem__(self, args):
        return "subst", args

    def __repr__(self):
        return "Subst"

    __typing_subst__ = 5


class BadParameters:
    __parameters__ = 5


class Raises:
    @property
    def __parameters__(self):
        raise KeyError("p")

    def __typing_subst__(self, arg):
        raise KeyError("s")

    @property
    def __typing_prepare_subst__(self):
        raise KeyError("prep")


for one in Subst(), BadParameters(), Raises():
    print(type(one).__name__, shown(lambda: list[one].__parameters__)[:20], shown(lambda: list[one][int]), shown(lambda: list[T, one][int]))


class Fake:
    """A type variable of one's own."""
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name

    def __typing_subst__(self, arg):
        return [arg]

    def __typing_prepare_subst__(self, alias, args):
        return tuple(args)


f, g = Fake("f"), Fake("g")
print(list[f].__parameters__, shown(lambda: list[f][int]), shown(lambda: dict[f, g][int, str]), shown(lambda: dict[f, list[f]][int]), shown(lambda: dict[f, g][int]), shown(lambda: dict[f, f][1, 2]))
