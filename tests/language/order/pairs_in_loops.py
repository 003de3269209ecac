"""Loops over enumerate(), zip() and items(): what they unpack, what falls when, and how they end."""


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


class Drawn:
    """An iterator in Python that fails, or ends, at a given turn."""

    def __init__(self, name, turns, error=StopIteration):
        self.name, self.turns, self.error = name, turns, error

    def __iter__(self):
        return self

    def __next__(self):
        print("draw", self.name, self.turns)
        if self.turns == 0:
            raise self.error
        self.turns -= 1
        return Noisy(f"{self.name}{self.turns}")


class Doubled(enumerate):
    def __next__(self):
        i, x = super().__next__()
        return 2 * i, x


def over(pairs):
    try:
        for a, b in pairs:
            print(getattr(a, "name", a), getattr(b, "name", b))
    except Exception as error:
        print(type(error).__name__, error)
    a = b = None
    return next(iter(pairs), "ended")


def run():
    for _ in range(6):  # as many turns as a form of its own takes
        print(over(enumerate("xyz", 5)), over(zip("xyz", [1, 2])), over({"a": 1, "b": 2}.items()))
    print(over(enumerate([1, 2], 2**63 - 2)), over(Doubled("ab")), over(zip("ab", "cd", strict=True)))
    print(over(zip("ab", "c", strict=True)), over(zip("a", "bc", strict=True)), over(zip("abc", "def", "ghi")))
    print(over(zip(Drawn("p", 2), Drawn("q", 1))), over(enumerate(Drawn("r", 1, ValueError))))
    print(over(zip([1, 2], Drawn("s", 1, KeyError))), over([(1, 2), [3, 4], "56"]), over(zip()), over(zip("ab")))


def changing():
    table = {1: "a", 2: "b"}
    try:
        for key, value in table.items():
            table[key + 10] = value
    except RuntimeError as error:
        print(error)
    table = {i: i for i in range(5)}
    try:
        for key, value in table.items():
            del table[key]
            table[key + 100] = value
            print(key, value)
    except RuntimeError as error:
        print(error)
    items = [1, 2, 3]
    for i, item in enumerate(items):
        if i < 5:
            items.append(item)
    print(i, items)
    both = zip(items, items)
    for a, b in both:
        if a == 3:
            break
        next(both)
    print(a, b, next(both))


run()
changing()
print([i * x for i, x in enumerate([4, 5, 6])], {v: k for k, v in {"a": 1}.items()}, [a + b for a, b in zip("ab", "cd")])
