# Containers that are changed by the code which they themselves call.


def attempt(name, function):
    try:
        print(name, function())
    except BaseException as error:
        print(name, type(error).__name__, error)


class Equal:
    """Equal to everything after running some code; all have one hash."""

    def __init__(self, action, hash=7):
        self.action = action
        self.hash = hash

    def __eq__(self, other):
        self.action()
        return True

    def __hash__(self):
        return self.hash


def sort_appends():
    items = [3, 1, 2]
    try:
        items.sort(key=lambda v: items.append(0) or v)
    finally:
        print(items)


def list_cleared(method):
    items = []
    items.extend([Equal(items.clear) for _ in range(5)])
    return method(items), items


def both_cleared():
    a, b = [], []

    def clear():
        a.clear()
        b.clear()
    a.extend([Equal(clear)] * 5)
    b.extend([Equal(clear)] * 5)
    return a == b, a < b, a, b


def dict_cleared():
    table = {}
    key = Equal(lambda: None)
    table[Equal(table.clear)] = 1
    found = table.get(key, "gone")
    table[Equal(table.clear)] = 1
    table[key] = 2
    return found, len(table), list(table.values())


def dict_grows():
    table = {}
    table[Equal(lambda: table.update((i, i) for i in range(10, 60)) if len(table) < 30 else None)] = 1
    return table.get(Equal(lambda: None)), len(table) >= 20


def set_cleared():
    keys = set()

    class Key:
        def __hash__(self):
            keys.clear()
            return 7

        def __eq__(self, other):
            return False
    keys.update([Key() for _ in range(9)])
    return len(keys)


def dict_size_changes():
    table = {0: 0}
    for key in table:
        table[key + 1] = 0


def dict_keys_change():
    table = {0: 0, 1: 1}
    for key in table:
        del table[key]
        table[key + 10] = 0


def set_size_changes():
    keys = {0}
    for key in keys:
        keys.add(key + 1)


def del_grows():
    items = []

    class Dying:
        def __del__(self):
            items.append(1)
            items.extend(items)
    items.extend([1, Dying(), 2])
    items[:] = []
    return items


def extend_clears():
    items = [1, 2, 3]
    items.extend(items.clear() or i for i in range(9))
    return items


def lying_hint():
    class Liar:
        def __iter__(self):
            return iter(())

        def __length_hint__(self):
            return 2**40
    try:
        return list(Liar())
    except MemoryError:
        return []


def self_aliased():
    items = [1, 2, 3]
    items[1:] = items
    items.extend(items)
    items += items[:1]
    items[::2] = items[1::2] + [9]
    keys = {1, 2, 3}
    keys -= keys
    table = {1: 2}
    table.update(table)
    return items, keys, table


def index_shrinks():
    items = [1, 2, 3]

    class Index:
        def __index__(self):
            items.clear()
            return 0
    items[Index()] = 1


def slice_shrinks():
    items = list(range(10))

    def shrink():
        items.clear()
        yield 1
    items[::2] = shrink()


def repr_changes():
    items = []

    class Loud:
        def __repr__(self):
            del items[2:]
            return "loud"
    items.extend([Loud(), 2, 3, 4])
    return repr(items)


def dict_repr_changes():
    table = {}

    class Loud:
        def __repr__(self):
            table.clear()
            return "loud"
    table.update({1: Loud(), 2: Loud()})
    return repr(table)


def iterator_state():
    iterator = iter([1])
    iterator.__setstate__(2**62)
    other = iter((1, 2))
    other.__setstate__(-5)
    third = iter(range(5))
    third.__setstate__(2**62)
    return list(iterator), list(other), list(third)


def nested_sort():
    items = [3, 1, 2]
    items.sort(key=lambda v: items.sort() or v)
    return items


def sort_clears():
    items = [3, 1, 2]
    items.sort(key=lambda v: items.clear() or v)
    return items


def map_of_itself():
    table = {}
    table[1] = table
    items = [table]
    items.append(items)
    both = (items, table)
    return repr(both), repr(table.items()), repr(table.values())


def recursive_compare():
    a = []
    b = [a]
    a.append(b)
    return a == b


def recursive_repr():
    items = []
    for _ in range(10**5):
        items = [items]
    try:
        repr(items)
    except RecursionError:
        return "RecursionError"


def queue():
    table = dict.fromkeys(range(20000))
    for i in range(20000, 60000):
        del table[next(iter(table))]
        table[i] = None
    return len(table), next(iter(table)), next(reversed(table))


def dropped_in_lookup():
    nan = float("nan")
    table = {nan: 1}
    return nan in table, float("nan") in table, nan in [nan], nan in (nan,), nan in {nan}


for name, function in list(globals().items()):
    if callable(function) and name not in ("attempt", "Equal", "list_cleared"):
        attempt(name, function)
attempt("remove", lambda: list_cleared(lambda items: items.remove(0)))
attempt("index", lambda: list_cleared(lambda items: items.index(0)))
attempt("count", lambda: list_cleared(lambda items: items.count(0)))
attempt("in", lambda: list_cleared(lambda items: 0 in items))
