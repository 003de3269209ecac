"""Training: class machinery: metaclasses, descriptors, operators, containers of one's own, decorators, matching."""


class Registry(type):
    known = {}

    def __new__(meta, name, bases, names, **options):
        made = super().__new__(meta, name, bases, names)
        meta.known[name] = made
        return made

    def __init__(cls, name, bases, names, **options):
        super().__init__(name, bases, names)
        cls.options = options


class Positive:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return self if instance is None else getattr(instance, self.name)

    def __set__(self, instance, value):
        if value < 0:
            raise ValueError(f"{self.name} must not be negative")
        setattr(instance, self.name, value)


class Shape(metaclass=Registry, root=True):
    def area(self):
        raise NotImplementedError

    def __lt__(self, other):
        return self.area() < other.area()

    def __repr__(self):
        return f"{type(self).__name__}({self.area()!r})"


class Square(Shape):
    side = Positive()
    __match_args__ = ("side",)

    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side * self.side


class Box(Shape):
    width, height = Positive(), Positive()
    __match_args__ = ("width", "height")

    def __init__(self, width, height):
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height


class Vector:
    def __init__(self, *parts):
        self.parts = parts

    def __add__(self, other):
        return Vector(*[a + b for a, b in zip(self.parts, other.parts)])

    def __mul__(self, factor):
        return Vector(*(a * factor for a in self.parts))

    __rmul__ = __mul__

    def __neg__(self):
        return self * -1

    def __eq__(self, other):
        return self.parts == other.parts

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, at):
        return self.parts[at]

    def __iter__(self):
        return iter(self.parts)

    def __contains__(self, value):
        return value in self.parts

    def __bool__(self):
        return any(self.parts)


def remembered(function):
    seen = {}

    def wrapper(*args):
        try:
            return seen[args]
        except KeyError:
            seen[args] = result = function(*args)
            return result
    wrapper.__name__ = function.__name__
    return wrapper


@remembered
def paths(x, y):
    return 1 if x == 0 or y == 0 else paths(x - 1, y) + paths(x, y - 1)


def describe(shape):
    match shape:
        case Square(side) if side > 90:
            return "large"
        case Square(0) | Box(0, _) | Box(_, 0):
            return "flat"
        case Box(width=w, height=h) if w == h:
            return "square"
        case {"kind": str(kind), **rest}:
            return kind + str(len(rest))
        case [first, *others]:
            return f"{first}+{len(others)}"
        case _:
            return "?"


class Tracker:
    depth = 0

    def __enter__(self):
        Tracker.depth += 1
        return self

    def __exit__(self, kind, error, trace):
        Tracker.depth -= 1
        return kind is ValueError


shapes, refused = [], 0
for i in range(12000):
    with Tracker():
        shapes.append(Square(i % 100 - 3) if i % 2 else Box(i % 10, i % 12))
    refused = 12000 - len(shapes)
shapes.sort()
words = {}
for thing in shapes + [{"kind": "dict", "x": 1}, [1, 2, 3], 5] * 200:
    word = describe(thing)
    words[word] = words.get(word, 0) + 1
total = Vector(0, 0, 0)
for i in range(6000):
    total = total + 2 * Vector(i, -i, 1) + -Vector(1, 1, 1)
    if i in total or not total:
        refused += 1
print(refused, sorted(words.items()), list(total), len(total), total[1:], paths(60, 60), len(Registry.known))
print([repr(shape) for shape in shapes[-2:]], len([t for t in Registry.known.values() if issubclass(t, Shape)]))
