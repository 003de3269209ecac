# match: the subject once, patterns from above, guards last; attributes and keys in their order.
class Log:
    def __init__(self, **names):
        object.__setattr__(self, "names", names)

    def __getattr__(self, name):
        print(f"get {name}", end=" ")
        try:
            return self.names[name]
        except KeyError:
            raise AttributeError(name)


def say(value):
    print(value, end=" ")
    return value


def run(subject):
    match say(subject) if not isinstance(subject, Log) else subject:
        case 1 | 2 if say("guard 12"):
            print("| 1 or 2")
        case [x, y] if say(x) > say(y):
            print("| falling pair")
        case [x, *rest] if say("guard rest") and rest:
            print("|", x, rest)
        case {"a": a, "b": b, **more}:
            print("|", a, b, more)
        case Log(x=1, y=y, z=3):
            print("| log", y)
        case Log(kind="b" | "c" as kind):
            print("| kind", kind)
        case str() as s:
            print("| str", s)
        case None | True:
            print("| singleton")
        case _:
            print("| nothing")


for subject in (1, 3, [2, 1], [1, 2], [1], [], {"a": 1, "b": 2, "c": 3}, {"a": 1}, "text", None, True, False, 2.0, (1, 2, 3)):
    run(subject)
run(Log(x=1, y=2, z=3))
run(Log(x=1, y=2, z=4, kind="c"))
run(Log(x=2))
run(Log(kind="a"))


class Eq:
    def __init__(self, name, equal):
        self.name, self.equal = name, equal

    def __eq__(self, other):
        print(f"{self.name}==", end=" ")
        return self.equal


class Names:
    a = Eq("a", False)
    b = Eq("b", True)
    c = Eq("c", True)


match Eq("subject", False):
    case Names.a:
        print("| a")
    case Names.b:
        print("| b")
    case _:
        print("| none")
match 5:
    case Names.a | Names.b | Names.c:
        print("| or")


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


match Point(1, Point(2, 3)):
    case Point(x, Point(y, z)) if say(x + y + z) > 6:
        print("| too large")
    case Point(x, Point(y, z)):
        print("|", x, y, z)
match [Point(0, 1), {"k": [1, 2, [3, 4]]}]:
    case [Point(x=0 as zero, y=one), {"k": [a, b, [*c]]}]:
        print(zero, one, a, b, c)


class Seq:
    def __len__(self):
        print("len", end=" ")
        return 2

    def __getitem__(self, index):
        print(f"item {index}", end=" ")
        return index


import collections.abc
collections.abc.Sequence.register(Seq)
match Seq():
    case [a, b, c]:
        print("| three")
    case [1, b]:
        print("| one first")
    case [a, b]:
        print("|", a, b)
match Seq():
    case [first, *_]:
        print("|", first)
match Seq():
    case [*_, last]:
        print("|", last)
x = 1
match x:
    case x if (x := 2) == 3:
        pass
    case y:
        print(x, y)
try:
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as error:
    print(error)
