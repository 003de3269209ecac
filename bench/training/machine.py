"""Training: every kind of instruction, often enough that none is taken for a rare one: errors on their way through frames,
generators and coroutines in each other, context managers, calls in all their shapes, comparisons with all kinds of operands."""

TURNS = 60_000


class Refused(Exception):
    pass


class Worse(Refused):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code


class Lock:
    held = 0

    def __enter__(self):
        Lock.held += 1
        return self

    def __exit__(self, kind, error, trace):
        Lock.held -= 1
        return kind is not None and issubclass(kind, Refused)


def check(n, limit):
    if n % 7 == limit:
        raise Refused
    if n % 7 == limit + 1:
        raise Worse(n)
    return n


def checked(n):
    return check(n, 2) + 1


def errors(turns):
    good = bad = 0
    table, row, text = {}, [], "abc"
    for i in range(turns):
        try:
            good += checked(i)
        except Worse as error:
            bad += error.code
        except (LookupError, ArithmeticError):
            bad -= 1
        except Refused:
            bad += 1
        try:
            table[i & 1023]
        except KeyError:
            table[i & 255] = i
        try:
            row[i]
        except IndexError as error:
            if not error.args:
                raise
        try:
            text.nothing
        except AttributeError:
            pass
        try:
            try:
                int(text)
            except ValueError as error:
                raise Refused("no number") from error
            finally:
                bad += 1
        except Refused as error:
            bad += error.__cause__ is not None
        try:
            try:
                i // (i & 3)
            except ZeroDivisionError:
                raise
        except ArithmeticError:
            bad += 1
        with Lock():
            good += 1
        with Lock() as lock:
            good += lock.held
            check(i, 4)
    return good, bad


def walk(node):
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    else:
        yield node


def pairs(items):
    for at, item in enumerate(items):
        yield at, item


def averages():
    total = count = 0
    value = yield
    while value is not None:
        total += value
        count += 1
        value = yield total / count
    return total


async def small(n):
    return n + 1


async def middle(n):
    return await small(n) + await small(n + 1)


class Ticket:
    def __init__(self, n):
        self.n = n

    def __await__(self):
        got = yield self.n
        return got


async def large(turns):
    total = 0
    for i in range(turns):
        total += await middle(i)
        if i & 7 == 0:
            total += await Ticket(i)
    return total


def run(coroutine):
    sent = None
    while True:
        try:
            sent = coroutine.send(sent)
        except StopIteration as end:
            return end.value


def generators(turns):
    tree = ((1, (2, 3)), (4, ((5,), 6)), 7)
    total = 0
    for _ in range(turns // 12):
        total += sum(walk(tree))
        for leaf in walk(tree):
            total += leaf
    for _ in range(turns // 4):
        for at, letter in pairs("xyz"):
            total += at
        total += len([letter for letter in "uvw" if letter > "u"]) + sum(v * v for v in (1, 2, 3))
        total += any(v > 2 for v in (1, 2, 3)) + all(v != 9 for v in [1, 2, 3]) + max(-v for v in (4, 2))
        total += len({v: v & 3 for v in (5, 6, 7)}) + len({v % 2 for v in (1, 2, 3)})
    running = averages()
    next(running)
    for i in range(turns):
        running.send(i)
    for a, b in zip(map(abs, range(-turns, 0)), enumerate(range(turns))):
        total += a
    return total, run(large(turns // 4))


class Shape:
    sides = 0

    def __init__(self, name, *sizes, **marks):
        self.name = name
        self.sizes = sizes
        self.marks = marks

    def area(self, scale=1, *, round_to=None):
        return sum(self.sizes) * scale

    @staticmethod
    def unit(kind="m"):
        return kind

    @classmethod
    def square(cls, size):
        return cls("square", size, size)

    @property
    def first(self):
        return self.sizes[0]

    def __call__(self, by):
        return by + self.first

    def __eq__(self, other):
        return self.sizes == other.sizes

    def __lt__(self, other):
        return self.first < other.first

    def __add__(self, other):
        return self.first + other.first

    def __len__(self):
        return len(self.sizes)

    def __getitem__(self, at):
        return self.sizes[at]


class Box(Shape):
    def area(self, scale=1, **more):
        return 2 * super().area(scale)

    def twice(self):
        return super().__call__(1) * 2


class Plate:
    __slots__ = ("name", "weight", "sizes")

    def __init__(self, name):
        self.name = name
        self.weight = 1
        self.sizes = ()


def three(a, b=2, *, c=3):
    return a + b + c


def any_of(*values, **named):
    return len(values) + len(named)


def calls(turns):
    box, shape, plate = Box("box", 3, 4), Shape.square(2), Plate("plate")
    area, both, packed = box.area, {"b": 5}, (1, 2)
    total = 0

    def count(by):
        nonlocal total
        total += by

    for i in range(turns):
        total += three(i) + three(i, 1) + three(i, b=2, c=4) + three(*packed) + three(1, **both)
        any_of(i, i, key=i)
        total += any_of() + area() + area(2) + box(i) + box.twice() + shape.unit() .__len__()
        Shape.square(i)
        count(i)
        Plate("new")
        for thing in (box, shape, plate):
            total += len(thing.name)
            thing.name = "same"
        plate.weight += box.first
        total += (box == shape) + (shape < box) + (box + shape) + len(box) + box[1]
        if box == shape or not shape < box:
            total += hasattr(box, "name") + getattr(box, "missing", 1)
        total += abs(-i) + min(i, 3) + isinstance(box, Shape)
    return total, sorted(range(turns), key=lambda v: -v % 101)[0]


def compared(turns):
    low = high = odd = same = 0
    limit, real, word, words = 50_000, 0.5, "ab", ["ab", "cd"]
    for i in range(turns):
        if i < 100 or i > 110_000:
            low += 1
        elif i <= 25_000 or limit >= i:
            high += 1
        if i & 1 == 1:
            odd -= 1
        real = real * 1.5 - 0.25
        if real > 1e6:
            real = 0.75
        elif real <= 1 or real != real:
            real += i
        if words[i & 1] == word:
            same += 1
        if word is not None and i not in (3, 4, 5) and word in "cdab":
            same += -i + (not same)
        first, second = words
        words[0], words[1] = second, first
    while high > 0:
        high -= 3
    return low, high, odd, same, real > 0


print(errors(TURNS), generators(TURNS), calls(TURNS), compared(TURNS * 2))
