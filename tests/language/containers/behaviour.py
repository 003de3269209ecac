# What containers do when used as meant: order, operators, slices, iterators, hashes, pickling state.
import sys


class random:
    seed = 7

    @classmethod
    def randrange(cls, n):
        cls.seed = (cls.seed * 1103515245 + 12345) % 2**31
        return (cls.seed >> 8) % n

    @classmethod
    def choice(cls, items):
        return items[cls.randrange(len(items))]

    @classmethod
    def random(cls):
        return cls.randrange(10**6) / 10**6


# dict against a list of pairs
table, pairs = {}, []
for step in range(20000):
    key = random.choice([random.randrange(300), str(random.randrange(50)), (1, random.randrange(9))])
    if random.random() < 0.45:
        found = [i for i, pair in enumerate(pairs) if pair[0] == key]
        assert (key in table) == bool(found)
        if found:
            assert table.pop(key) == pairs.pop(found[0])[1]
    else:
        for pair in pairs:
            if pair[0] == key:
                pair[1] = step
                break
        else:
            pairs.append([key, step])
        table[key] = step
    if random.random() < 0.01 and table:
        assert table.popitem() == tuple(pairs.pop())
assert list(table.items()) == [tuple(pair) for pair in pairs]
assert list(reversed(table)) == [pair[0] for pair in reversed(pairs)]
assert table == dict(reversed(list(table.items()))) and table != {}
print(len(table))

print({}.fromkeys("abc", 1), dict([("a", 1)], b=2), dict({"x": 1}, x=2), {**{"a": 1}, "b": 2} | {"a": 3})
merged = {"a": 1}
merged |= [("b", 2)]
print(merged, {"a": 1}.keys() & {"a": 2, "b": 3}.keys(), {"a": 1}.items() <= merged.items(), merged.keys() - {"a"})
print([sys.getsizeof(dict.fromkeys(range(n))) - sys.getsizeof({}) for n in (0, 1, 5, 6, 11)])
print([sys.getsizeof({str(i): i for i in range(n)}) - sys.getsizeof({}) for n in (0, 1, 5, 6, 11, 200)])


class Missing(dict):
    def __missing__(self, key):
        return [key]


print(Missing(a=1)["a"], Missing()["b"], Missing().get("b"))
try:
    {}[(1, 2)]
except KeyError as error:
    print(error.args)

# lists and slices
for n in (0, 1, 5, 9):
    for start in (None, -7, -1, 0, 2, 8, 2**70):
        for stop in (None, -2**70, -3, 0, 4, 20):
            for step in (None, -3, -1, 1, 2, 2**70):
                items = list(range(n))
                part = items[start:stop:step]
                assert part == list(tuple(items)[start:stop:step]) == list(range(n)[start:stop:step])
                del items[start:stop:step]
                assert sorted(items + part) == list(range(n))
                items = list(range(n))
                items[start:stop:step] = [-x for x in part]
                assert sorted(abs(x) for x in items) == list(range(n))
items = list("abcdef")
items[1:3] = "XYZ"
items[-1:] = []
items.insert(-1, "!")
items.insert(100, "?")
items *= 2
items.reverse()
print(items, items.pop(), items.pop(0), items.index("Y", 2), items.count("X"))
print([1, 2] < [1, 3], [1] < [1, 0], [] == [], (1, 2) >= (1,), [1, [2]] == [1, [2]], (1,) + (2,) * 3)


def appended(n):
    grown = []
    for i in range(n):
        grown.append(i)
    return sys.getsizeof(grown) - sys.getsizeof([])


print([appended(n) for n in (1, 4, 5, 8, 9, 17, 100)], [sys.getsizeof(list(range(n))) - sys.getsizeof([]) for n in (1, 2, 9)])

# sort
words = [random.choice("abcdé€") * random.randrange(4) + str(random.randrange(40)) for _ in range(500)]
for reverse in (False, True):
    for data in (words, [w.encode() for w in words], [len(w) for w in words], [random.random() for w in range(300)],
                 [(len(w), w) for w in words], [[w] for w in words], [(w,) for w in words[:70]], [2**70 - len(w) for w in words]):
        keyed = sorted(enumerate(data), key=lambda pair: pair[1], reverse=reverse)
        assert [pair[1] for pair in keyed] == sorted(data, reverse=reverse)
        for a, b in zip(keyed, keyed[1:]):
            assert (b[1] <= a[1]) if reverse else (a[1] <= b[1])
            assert a[1] != b[1] or a[0] < b[0]
try:
    failing = [1, "a", 2, None]
    failing.sort()
except TypeError as error:
    print(error, len(failing))

# sets
a, b = {1, 2, 3, 10, 18}, {3, 18, 99}
print(a | b, a & b, a - b, a ^ b, a <= b, a > {1}, a.isdisjoint(b), frozenset(a) == a)
s = set(range(40))
s.difference_update(range(0, 40, 3), [1])
s.intersection_update(range(30))
s.symmetric_difference_update([1, 2, 100])
print(s, s.pop(), {frozenset([1])} == {frozenset([1])}, {1} in {frozenset([1])})
print(hash(frozenset([1, 2, 3])), hash(frozenset()), hash((1, 2, 3)), hash(()), hash((1.5, (2, "")[0])), hash(range(7)))
numbers = [random.randrange(1000) for _ in range(60)]
print(list(set(numbers)), list(set(numbers) - set(numbers[:20])), list(set(numbers) & set(numbers[30:])))


class S(set):
    pass


print(type(S([1]) | {2}).__name__, S([1]), S([1]).__reduce__()[1:])

# ranges
for r in (range(5), range(0), range(10, 0, -3), range(2**70, 2**70 + 3), range(-2**63, 2**63 - 1, 2**62), range(2**63 - 3, 2**63 - 1)):
    print(r, list(r)[:6], list(reversed(r))[:6], len(r), r == range(r.start, r.stop, r.step), r[1:] if r else r, 4 in r, 2**70 in r)
iterator = iter(range(10))
next(iterator)
print(iterator.__reduce__()[1:], iterator.__length_hint__(), list(reversed(range(2**63 - 2, 2**63)))[0] == 2**63 - 1)
print(slice(1, None, -2).indices(7), slice(None).indices(2**70), slice(1, 2) == slice(1, 2, None), slice(-2**70, 2**70).indices(3))

# iterators
print(list(zip("abc", [1, 2, 3, 4])), list(zip()), list(map(lambda *a: sum(a), [1, 2], (3, 4, 5), range(9))))
print(list(filter(None, [0, 1, "", "x"])), list(filter(lambda x: x > 1, range(4))), list(enumerate("ab", 2**63 - 2)))
print(list(reversed([1, 2])), list(reversed("ab")), list(reversed({1: 2}.items())), list(reversed((3, 4))))
for iterator in (iter([1, 2, 3]), iter((1, 2, 3)), iter("abc"), iter(range(3)), iter({1: 2}), reversed([1, 2, 3]), reversed("abc")):
    next(iterator)
    function, args, *state = iterator.__reduce__()
    copy = function(*args)
    if state:
        copy.__setstate__(state[0])
    assert list(copy) == list(iterator)
    print(function.__name__, args, state, list(iterator))


class Old:
    def __getitem__(self, index):
        if index > 2:
            raise IndexError
        return index * 2

    def __len__(self):
        return 3


print(list(Old()), list(reversed(Old())), 4 in Old(), iter(Old()).__length_hint__(), list(iter(iter([1, 2, 3]).__next__, 3)))

# views on either side of an operator
keys, items = {"a": 1, "b": 2}.keys(), {"a": 1, "b": 2}.items()
print({"a", "z"} & keys, sorted(frozenset("a") | keys), ["a"] & keys, {"z"} - keys, len({"z"} ^ items), [("a", 1)] & items)


# A length that can't be said.
class BadLength:
    def __iter__(self):
        return iter(range(10))

    def __len__(self):
        raise RuntimeError("no length")


for taker in (list, tuple, bytes, sorted, bytearray().extend, [].extend, set, frozenset, dict.fromkeys):
    try:
        print(taker(BadLength()))
    except RuntimeError as error:
        print(error)
