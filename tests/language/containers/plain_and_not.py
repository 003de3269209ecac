"""Operations that settle plain items (int, str, float) without a call, among items that are not plain."""
import bisect
import collections
import itertools
import random

random.seed(5)
nan = float("nan")


class Odd:
    """Equal to what its number equals, and slow to tell."""

    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == getattr(other, "n", other)

    def __lt__(self, other):
        return self.n < getattr(other, "n", other)

    def __gt__(self, other):
        return self.n > getattr(other, "n", other)

    def __hash__(self):
        return hash(self.n)

    def __repr__(self):
        return f"Odd({self.n})"


MEMBERS = [0, 1, 2, 1.0, 2.5, True, False, "a", "b", (1, 2), 2**70, Odd(1), Odd(2), Odd("a")]
results = []
for _ in range(2000):
    some, other = random.choices(MEMBERS, k=7), random.choices(MEMBERS, k=7)
    s, t = set(some), frozenset(other)
    results.append((len(s | t), len(s & t), len(s - t), len(s ^ t), s <= t, s >= t, s.isdisjoint(t), s == t, len(t & s)))
    s.update(other)
    t -= {some[0]}
    results.append((len(s), len(t), some[1] in s, some[0] in t))
    d, e = dict(zip(some, other)), dict(zip(other, some))
    results.append((len(d), d == e, d == dict(d), d == dict.fromkeys(d), len(d | e), len({**e, **d}), list(d) == [*d]))
    numbers = sorted(random.choices([0, 1, 2, 2.5, 7, -3, True, 2**40, Odd(3)], k=9))
    x = random.choice([1, 2.0, 5, Odd(2), 2**40])
    results.append((bisect.bisect_left(numbers, x), bisect.bisect(numbers, x), bisect.bisect(numbers, x, 2, 5)))
    results.append((repr(min(numbers)), repr(max(numbers)), any(numbers), all(numbers)))
    words = random.choices(["", "a", "ab", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefg\xff", "abcdefg\0", "á", "ж", "😀"], k=9)
    ordered = sorted(words)
    results.append(all(list(map(ord, a)) <= list(map(ord, b)) for a, b in zip(ordered, ordered[1:])))
    results.append([len(list(group)) for _, group in itertools.groupby(numbers)])
print(len(results), results[:3])
print(collections.Counter(map(repr, results)).most_common(1)[0][1], sum(repr(r).count("True") for r in results))
print(sum(sum(map(int, filter(str.isdigit, repr(r)))) for r in results))

print(min(3, 3.0), max(3.0, 3), min([nan, 1]), max([1, nan, 2]), min(2**70, 5), {"a": nan} == {"a": nan}, {1: 2} == {1.0: 2.0})
print(list({3: 0, 1: 0}), [*range(3, 0, -1)], list(range(2**62, 2**62 + 2)), list({}), list(range(0)))
grown = [0]
grown.extend({"k": 1, 2: 3})
grown.extend(range(3))
grown += range(7, 9)
print(grown, grown[::3], grown[::-2], grown[5:1:-1])


class Renamed(dict):
    def __iter__(self):
        return iter("xy")


class Counting(collections.Counter):
    def __setitem__(self, key, value):
        print("set", key, value)
        super().__setitem__(key, value)


class Ten(dict):
    def get(self, key, default=None):
        return 10


print(list(Renamed(a=1)), [*Renamed(a=1)], Counting("aba"), collections.Counter(["a", 1, 1.0, True, "a"]))
ten = Ten(b=1)
collections._count_elements(ten, "ab")
print(ten)


def names(**kw):
    return kw


table = {"a": 1, "b": 2}
print(names(**table), names(**table) is table, names(c=3, **table), {**table, **{"b": 5, "d": 6}}, table)
try:
    names(a=1, **table)
except TypeError as error:
    print(error)
print(b"a,b,,c".split(b","), bytearray(b"abab").replace(b"a", b"x"), b"abab".replace(b"a", b"x", 1), bytes([True, 255]))
for wrong in ([256], [-1], ["a"], [2**70]):
    try:
        bytes(wrong)
    except Exception as error:
        print(type(error).__name__, error)
print(bytes.fromhex(" 0aFf\t3C "))
for wrong in ("0", "0g", "é0", "0é", "1 2", "f\u0663"):
    try:
        bytes.fromhex(wrong)
    except ValueError as error:
        print(error)
print("abcdabc".translate({97: "x", 98: None, 99: 8364}), "abc".translate({97: "long", 98: 233}), "ab".translate({97: 65}))
for wrong in ({97: -1}, {97: 2**40}, {97: b""}, {97: 1.5}):
    try:
        "cab".translate(wrong)
    except Exception as error:
        print(type(error).__name__, error)


class Shifting:
    """Whose hash changes while it is in a set."""
    now = 1

    def __hash__(self):
        return self.now


shifting = Shifting()
kept = {shifting, 5}
Shifting.now = 2**20 + 1
print(shifting in kept, kept & {shifting} == set(), len(kept | {shifting}), kept.isdisjoint([shifting]))
kept.add(shifting)
print(len(kept))
