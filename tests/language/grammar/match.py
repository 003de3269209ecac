# match statements.
class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return f"P({self.x}, {self.y})"


class Const:
    RED = "red"
    ONE = 1


def classify(v):
    match v:
        case None:
            return "none"
        case True | False:
            return "bool"
        case 0:
            return "zero"
        case -1 | 1.5 | 2 + 3j:
            return "number"
        case "a" | b"a":
            return "letter"
        case Const.RED:
            return "red"
        case []:
            return "empty"
        case [x]:
            return "one", x
        case [1, 2, *rest]:
            return "12", rest
        case [x, [y, *_, z], *_]:
            return "nested", x, y, z
        case [Point(x=0), *_] as whole:
            return "points", whole
        case (x, y) if x == y:
            return "equal", x
        case [*_, "end"]:
            return "end"
        case [first, *middle, last]:
            return first, middle, last
        case {"kind": "a", "value": v}:
            return "mapping a", v
        case {"kind": str() as k, **rest}:
            return "mapping", k, rest
        case {Const.ONE: one}:
            return "const key", one
        case {}:
            return "some mapping"
        case Point(0, 0):
            return "origin"
        case Point(x, y=0):
            return "on x", x
        case Point(x=x, y=y) if x > y:
            return "below", x, y
        case Point(x, y) | [x, y, _]:
            return "point", x, y
        case int(n) | float(n):
            return "num", n
        case str(s):
            return "str", s
        case set() | frozenset():
            return "set"
        case _:
            return "other"


for v in [None, True, 0, 0.0, -1, 1.5, 2 + 3j, "a", b"a", "red", [], (), [7], [1, 2], [1, 2, 3, 4], [5, [6, 7, 8, 9], 10], [5, [6, 7]],
          [Point(0, 1), 2, 3], (4, 4), [1, 5, "end"], [1, 5, 6, 7], range(3), {"kind": "a", "value": 5}, {"kind": "b", "z": 1},
          {1: "uno"}, {"x": 1}, {}, Point(0, 0), Point(5, 0), Point(3, 1), Point(1, 3), 42, 4.5, "hello", {1}, object, b"bytes"]:
    print(repr(v)[:30], "->", classify(v))


def bindings(v):
    x = "old"
    match v:
        case [x, 5]:
            pass
        case [y, 6]:
            pass
    return x


print(bindings([1, 5]), bindings([1, 6]), bindings([1, 7]))


def guard(x):
    match x:
        case x if x > 10:
            return "big", x
        case y if (x := y) and y > 5:
            return "medium", x, y
        case [a] | {"a": a} if a:
            return a
    return "none", x


print(guard(11), guard(6), guard(1))


def subject_rebound(x):
    match x:
        case [x, 1]:
            return "first", x
        case [1, x]:
            return "second", x
        case {"x": x, **x_rest}:
            return x, x_rest
    return x


print(subject_rebound([5, 1]), subject_rebound([1, 6]), subject_rebound({"x": 1, "y": 2}), subject_rebound("no"))


def ors(v):
    match v:
        case [a, 1] | [1, a] | {"k": a} | Point(a, 0):
            return a
        case ((1 | 2) as b, [c] | (c, _)) | {"b": b, "c": c}:
            return b, c
        case ([d] | d):
            return "d", d


print(ors([5, 1]), ors([1, 6]), ors({"k": 7}), ors(Point(8, 0)), ors([1, [9]]), ors([2, (3, 4)]), ors({"b": 1, "c": 2}), ors([0]), ors(3))


def in_loop(values):
    out = []
    for v in values:
        match v:
            case "skip":
                continue
            case "stop":
                break
            case [x, *_]:
                out.append(x)
            case x:
                out.append((x,))
    return out


print(in_loop([[1], 2, "skip", "ab", (3, 4), "stop", 5]))


def errors():
    class Bad:
        __match_args__ = ("a", "a")
        a = 1
    for f in "Bad(1, 1)", "Point(1, 2, 3)", "int(1, 2)", "Const.RED()", "Point(1, x=1)":
        try:
            exec(f"match Point(1, 2):\n case {f}: pass", {"Point": Point, "Bad": Bad, "Const": Const})
            print(f, "no match")
        except TypeError as e:
            print(f, e)
    try:
        match Bad():
            case Bad(1, 1):
                pass
    except TypeError as e:
        print(e)


errors()


class Noisy(list):
    def __getitem__(self, i):
        print("item", i)
        return super().__getitem__(i)

    def __len__(self):
        print("len")
        return super().__len__()


match Noisy([1, 2, 3, 4]):
    case [1, *_, 5]:
        print("no")
    case [a, *_, 4]:
        print("yes", a)

match 5, 6:
    case 5, y:
        print("tuple subject", y)
match = case = 1
print(match, case)


def final(x):
    try:
        match x:
            case [a, b]:
                return a
            case {"k": a}:
                raise KeyError(a)
    except KeyError as e:
        return repr(e)
    finally:
        print("finally")


print(final([1, 2]), final({"k": 3}), final(0))


def generator(xs):
    for x in xs:
        match x:
            case [a, b]:
                yield a
                yield b
            case a:
                got = yield a
                print("got", got)


print(list(generator([[1, 2], 3])))
