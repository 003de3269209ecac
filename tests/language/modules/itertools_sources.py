"""itertools: arguments of every kind, and sources that misbehave."""
import copy
import gc
import itertools
import warnings

warnings.simplefilter("ignore")


def masked(text):
    """Without addresses."""
    return " ".join("0x" if word.startswith("0x") else word for word in text.split(" "))


def shown(function, *args, **kwargs):
    try:
        return masked(repr(function(*args, **kwargs)))
    except Exception as error:
        return masked(f"{type(error).__name__}: {error}")


def first(it, n=6):
    return list(itertools.islice(it, n))


class Raises:
    """Gives two items, then an error; an error again."""
    def __init__(self, error=ZeroDivisionError):
        self.n = 0
        self.error = error

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise self.error(self.n)
        return self.n


class Again:
    """Ends, and goes on after that."""
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n % 3 == 0:
            raise StopIteration
        return self.n


S = [lambda: "abc", lambda: [], lambda: [3, 1, 2], lambda: range(4), lambda: Raises(), lambda: Again(), lambda: 5, lambda: None, lambda: iter("ab"), lambda: {1: 2}, lambda: (x for x in (1, 0, 2))]
CASES = {
    itertools.count: [(), (5,), (5, 2), (1.5,), (1, 0.5), (2**63 - 2,), (-2**63, -1), (5, 0), (2**70, 2**70), ("a",), (1, "a"), (1j, 1), (None,), (1, 2, 3)],
    itertools.repeat: [(1,), (1, 3), (1, 0), (1, -5), (1, 2**62), (1, "a"), (), (1, None), (1, 2, 3)],
    itertools.islice: [(range(9), 3), (range(9), 2, 5), (range(9), 2, None), (range(9), 0, 9, 3), (range(9), None), (range(9), -1), (range(9), 1, -1), (range(9), 1, 5, 0), (range(9), "a"), (5, 1), (range(9),), (range(9), 1, 2, 3, 4), (range(9), 2**62), (range(9), 2**70), (range(9), 5, 2), (range(9), 1.5)],
    itertools.batched if hasattr(itertools, "batched") else itertools.pairwise: [("abc",), (5,), ()],
    itertools.product: [(), ("ab",), ("ab", "cd"), ("ab", ""), ("ab", 5)],
    itertools.permutations: [("abc",), ("abc", 2), ("abc", 0), ("abc", 5), ("abc", -1), ("abc", "a"), ("abc", None), (5,), ()],
    itertools.combinations: [("abc", 2), ("abc", 0), ("abc", 5), ("abc", -1), ("abc", "a"), ("abc",), (5, 1)],
    itertools.combinations_with_replacement: [("abc", 2), ("abc", 0), ("", 0), ("", 1), ("abc", -1), ("abc", "a"), (5, 1)],
    itertools.compress: [("abcd", [1, 0, 1, 0]), ("abcd", [1]), ("ab", [0, 1, 1]), (5, []), ("ab", 5), ("ab",)],
    itertools.starmap: [(pow, [(1, 2), (3, 2)]), (pow, [5]), (pow, [()]), (5, [()]), (pow, 5), (lambda *a: a, [[1], (2, 3), "ab"])],
    itertools.takewhile: [(bool, [1, 0, 2]), (None, [1]), (bool, 5), (bool,)], itertools.dropwhile: [(bool, [1, 0, 2]), (None, [1]), (bool, 5), (bool, [])], itertools.filterfalse: [(None, [1, 0, 2]), (bool, [0, 1, 0]), (5, [1]), (bool, 5)],
    itertools.accumulate: [([1, 2, 3],), ([1, 2, 3], pow), (["a", 1],), ([],), (5,), ([1, 2], None), ([1, 2], 5)],
    itertools.groupby: [("aabbb",), ([1, 2, 3], bool), ([1], 5), (5,), ()],
    itertools.zip_longest: [(), ("ab",), ("ab", "c"), ("ab", 5), ("", "")], itertools.chain: [(), ("ab",), ("ab", "c"), ("ab", 5), (5,)], itertools.cycle: [("ab",), ("",), (5,), ()], itertools.tee: [("ab",), ("ab", 3), ("ab", 0), ("ab", -1), (5,), ("ab", "a"), ()], itertools.pairwise: [("abc",), ("a",), ("",), (5,)],
}
for function, cases in CASES.items():
    for args in cases:
        print(function.__name__, masked(repr(args)).split("<function")[0], shown(lambda: [tuple(x) if isinstance(x, itertools._tee) else x for x in first(function(*args))]) if function is not itertools.groupby else shown(lambda: [(k, list(g)) for k, g in function(*args)]))
    print(shown(function, **{"x": 1}), shown(lambda: type("Sub", (function,), {}).__mro__[1]) if isinstance(function, type) else "")

for source in S:
    one = source()
    name = type(one).__name__
    for make in (itertools.count, itertools.cycle, itertools.accumulate, itertools.pairwise, itertools.chain, itertools.chain.from_iterable, lambda s: itertools.zip_longest(s, "xyz"), lambda s: itertools.zip_longest("xyz", s, fillvalue="f"), lambda s: itertools.islice(s, 1, None, 2), lambda s: itertools.takewhile(bool, s), lambda s: itertools.dropwhile(bool, s),
                 lambda s: itertools.filterfalse(None, s), lambda s: itertools.compress(s, Raises()), lambda s: itertools.compress("abcd", s), lambda s: itertools.product(s, repeat=2), lambda s: itertools.permutations(s, 2), lambda s: itertools.combinations(s, 2), lambda s: itertools.starmap(lambda *a: a, s), lambda s: itertools.groupby(s), lambda s: itertools.tee(s)[1], lambda s: itertools.accumulate(s, initial=100), lambda s: itertools.accumulate(s, Raises)):
        try:
            it = make(source())
        except Exception as error:
            print(name, type(error).__name__, error)
            continue
        got = []
        for _ in range(7):
            got.append(shown(next, it).split(" object")[0])
        print(name, type(it).__name__, got)

a, b = itertools.tee(Raises())
print(next(a), shown(list, a), shown(list, b), shown(list, a), shown(list, copy.copy(b)))
a, b = itertools.tee(range(200))
c = copy.copy(a)
print(sum(a), sum(b), sum(c), shown(next, a), shown(itertools._tee, "ab"), shown(list, itertools._tee("ab")))


class ReadsTee:
    def __iter__(self):
        return self

    def __next__(self):
        return next(two[1])


two = itertools.tee(ReadsTee())
print(shown(next, two[0]))
groups = itertools.groupby("aabb")
k, g = next(groups)
k2, g2 = next(groups)
print(list(g), list(g2), shown(next, groups))


class Grows:
    """== drops the group that it is asked in."""
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        global group
        group = None
        gc.collect()
        return self.n == other.n


outer = itertools.groupby([Grows(1), Grows(1), Grows(2)])
group = next(outer)
print([len(list(g)) for _, g in outer])


class Evil:
    """Its next() changes what the iterator holds."""
    def __iter__(self):
        return self

    def __next__(self):
        for kind, state in ((itertools.cycle, ([1], True)), (itertools.accumulate, 5), (itertools.product, (0,)), (itertools.islice, 1)):
            if kind is type(target) and hasattr(target, "__setstate__"):
                shown(target.__setstate__, state)
        if len(steps) > 4:
            raise StopIteration
        steps.append(1)
        return len(steps)


for make in itertools.cycle, itertools.accumulate, lambda e: itertools.islice(e, 3), lambda e: itertools.chain([1], e), lambda e: itertools.zip_longest(e, "ab"), lambda e: itertools.pairwise(e):
    steps, target = [], None
    target = make(Evil())
    print(type(target).__name__, shown(first, target))


class Recursive:
    """Its next() asks the iterator that is asking."""
    def __iter__(self):
        return self

    def __next__(self):
        steps.append(1)
        if len(steps) > 3:
            raise StopIteration
        return shown(next, target)


for make in itertools.cycle, itertools.accumulate, lambda e: itertools.islice(e, 3), lambda e: itertools.chain(e), lambda e: itertools.zip_longest(e, "ab"), itertools.pairwise, lambda e: itertools.takewhile(bool, e), lambda e: itertools.compress(e, e), lambda e: itertools.starmap(print, e), lambda e: itertools.groupby(e), lambda e: zip(e, e), lambda e: map(str, e), lambda e: filter(None, e), enumerate:
    steps, target = [], None
    target = make(Recursive())
    print(type(target).__name__, shown(first, target).split(" object")[0])
target = it = one = None
