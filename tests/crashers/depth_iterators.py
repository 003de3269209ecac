# differs: python3.11 runs off the C stack in some of these
# Chains of iterators, wrappers and descriptors, each link calling the next from C: RecursionError, or (where the compiler
# made a loop of it) an answer.
import itertools


def outcome(function):
    try:
        return function()
    except (RecursionError, MemoryError) as error:
        return type(error).__name__


def chained(make, first, n=200000):
    it = first
    for _ in range(n):
        it = make(it)
    return it


MAKERS = {
    "map": lambda it: map(abs, it),
    "filter": lambda it: filter(None, it),
    "zip": lambda it: zip(it),
    "enumerate": lambda it: enumerate(it),
    "chain": lambda it: itertools.chain(it),
    "chain from": lambda it: itertools.chain.from_iterable(iter((it,))),
    "islice": lambda it: itertools.islice(it, 5),
    "takewhile": lambda it: itertools.takewhile(bool, it),
    "dropwhile": lambda it: itertools.dropwhile(bool, it),
    "accumulate": lambda it: itertools.accumulate(it),
    "starmap": lambda it: itertools.starmap(max, it),
    "compress": lambda it: itertools.compress(it, it),
    "tee": lambda it: itertools.tee(it)[0],
    "cycle": lambda it: itertools.cycle(it),
    "groupby": lambda it: itertools.groupby(it),
    "zip_longest": lambda it: itertools.zip_longest(it),
    "pairwise": lambda it: itertools.pairwise(it),
    "generator": lambda it: (x for x in it),
    "callable": lambda it: iter(it.__next__, None),
}
for name, make in MAKERS.items():
    n = 20000 if name == "generator" else 100000
    it = chained(make, iter([(1, 2), (3, 4)] * 3), n)
    answer = outcome(lambda: next(it, "end"))
    del it, answer
print("iterators stand")


def delegate(it):
    yield from it


it = chained(delegate, iter([1, 2]), 50000)
print(outcome(lambda: next(it)) in (1, "RecursionError"))
del it


class Link:
    def __init__(self, inner):
        self.inner = inner


class Forward(Link):
    def __getattr__(self, name):
        return getattr(self.inner, name)


class Call(Link):
    def __call__(self):
        return self.inner()


class Iter(Link):
    def __iter__(self):
        return iter(self.inner)


class Repr(Link):
    def __repr__(self):
        return repr(self.inner)


class Hash(Link):
    def __hash__(self):
        return hash(self.inner)

    def __eq__(self, other):
        return self.inner == other.inner


class Len(Link):
    def __len__(self):
        return len(self.inner)

    def __bool__(self):
        return bool(self.inner)

    def __index__(self):
        return self.inner.__index__()


class Add(Link):
    def __add__(self, other):
        return self.inner + other


class Item(Link):
    def __getitem__(self, key):
        return self.inner[key]

    def __contains__(self, key):
        return key in self.inner


class Str(Link):
    def __str__(self):
        return str(self.inner)

    def __format__(self, spec):
        return format(self.inner, spec)


for name, cls, first, use in (
        ("attribute", Forward, object(), lambda x: x.missing), ("call", Call, int, lambda x: x()),
        ("iter", Iter, [1], iter), ("repr", Repr, 1, repr), ("hash", Hash, 1, hash), ("==", Hash, 1, lambda x: x == x),
        ("len", Len, "a", len), ("bool", Len, 1, bool), ("index", Len, 1, lambda x: [1, 2][x]), ("+", Add, 1, lambda x: x + 1),
        ("item", Item, [1], lambda x: x[0]), ("in", Item, [1], lambda x: 1 in x), ("str", Str, 1, str),
        ("format", Str, 1, lambda x: f"{x}")):
    x = chained(cls, first, 50000)
    print(name, outcome(lambda: use(x)) == "RecursionError")
    del x
print("links stand")

# descriptors that return themselves

class Self:
    def __get__(self, instance, owner):
        return instance.x

    def __set_name__(self, owner, name):
        self.name = name


class Owner:
    x = Self()


print(outcome(lambda: Owner().x))
