# Copies and pickles of half-used iterators go on from where they stood.
import copy
import itertools
import pickle
import warnings
from itertools import combinations, combinations_with_replacement, cycle, groupby, islice, permutations, product

warnings.simplefilter("ignore")


def shown(iterator):
    made = iterator.__reduce__()
    return made[0].__name__, *made[1:]


makers = [
    lambda: combinations("abcd", 2),
    lambda: combinations("abc", 0),
    lambda: combinations_with_replacement("abc", 2),
    lambda: permutations("abc", 2),
    lambda: permutations("abc"),
    lambda: product("ab", [1, 2]),
    lambda: product("ab", repeat=2),
    lambda: product(),
]
for make in makers:
    iterator = make()
    print(shown(iterator))
    for turn in itertools.count():
        rest = list(copy.copy(iterator))
        print(rest == list(pickle.loads(pickle.dumps(iterator))), rest[:2])
        if next(iterator, None) is None:
            break
        if turn < 3:
            print(shown(iterator))
    print(shown(iterator))

for iterator, states in (
    (permutations("abc", 2), [((5, -5, 1), (9, 0)), ((0, 1), (1, 1)), ((0, 1, 2), (1,)), (1, 2), [1], (("a", 0, 0), (1, 1))]),
    (combinations("abc", 2), [(9, 9), (-1, -1), (1,), [0, 1], ("a", 1), (2**99, 1)]),
    (combinations_with_replacement("abc", 2), [(9, 9), (1,)]),
    (product("ab", "c"), [(9, 9), (-3, -3), (1,)]),
):
    for state in states:
        again = copy.copy(iterator)
        try:
            again.__setstate__(state)
            print(list(again))
        except (TypeError, ValueError, OverflowError) as error:
            print(type(error).__name__, error)

for used in range(6):
    iterator = cycle("abc")
    taken = list(islice(iterator, used))
    print(taken, list(islice(copy.copy(iterator), 5)), list(islice(pickle.loads(pickle.dumps(iterator)), 5)))
    print(shown(iterator)[2])

groups = groupby([1, 1, 2, 3, 3], key=abs)
print([(key, list(group)) for key, group in copy.copy(groupby([1, 1, 2]))])
key, group = next(groups)
print(shown(groups)[2:], shown(group)[0])
again = pickle.loads(pickle.dumps(groups))
print([(key, list(group)) for key, group in again])
next(groups)
print(list(group), shown(group)[1:])

for cls, args in ((itertools.chain, ("a",)), (itertools.cycle, ("a",)), (itertools.starmap, (max, [])), (itertools.islice, ("a", 1))):

    class Sub(cls):
        pass

    class WithInit(cls):
        def __init__(self, *args, word=None):
            self.word = word

    try:
        Sub(*args, word=3)
    except TypeError as error:
        print(error)
    print(WithInit(*args, word=3).word)
