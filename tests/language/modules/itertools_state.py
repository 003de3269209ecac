# Iterators of itertools that are copied and pickled at each of their steps.
import copy
import pickle
from itertools import combinations, combinations_with_replacement, permutations, product

MAKERS = [lambda: product("ab", range(3)), lambda: product("ab", repeat=2), lambda: product(), lambda: product("ab", ""), lambda: combinations("abcd", 2),
          lambda: combinations("ab", 0), lambda: combinations("ab", 3), lambda: combinations_with_replacement("abc", 2),
          lambda: combinations_with_replacement("", 2), lambda: combinations_with_replacement("a", 3), lambda: permutations("abc"),
          lambda: permutations("abc", 2), lambda: permutations("a", 2), lambda: permutations("", 0)]
for make in MAKERS:
    length = len(list(make()))
    for steps in range(length + 2):
        iterator = make()
        for _ in range(steps):
            next(iterator, None)
        print(steps, iterator.__reduce__())
        rest = [list(copy.copy(iterator))] + [list(pickle.loads(pickle.dumps(iterator, protocol))) for protocol in range(5)]
        assert all(other == rest[0] for other in rest), rest
        print(rest[0] == list(iterator), len(rest[0]))

for make in MAKERS:
    for state in (), (0,), (1, 1), (5, 5), (-3, -3), (1, 1, 1), ((2, 1, 0), (1, 9)), ((0, 0, 0), (3, 2, 1)), ("a", 1), 5, ((), ()), (2**70, 1):
        iterator = make()
        if repr(iterator.__reduce__()[1]) in ("('ab', 3)", "(('a', 'b'), 3)", "((), 2)", "(('a',), 2)"):
            continue  # more places than items: CPython reads what is not there
        try:
            print(state, iterator.__setstate__(state), list(iterator))
        except (ValueError, TypeError, OverflowError) as error:
            print(state, type(error).__name__, error)
