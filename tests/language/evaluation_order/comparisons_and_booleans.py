# Chains evaluate each operand once and stop at the first that is false.
class V:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        print(f"{self.n}<{other.n}", end=" ")
        return Truth(self.n < other.n)

    def __eq__(self, other):
        print(f"{self.n}=={other.n}", end=" ")
        return Truth(self.n == other.n)

    def __contains__(self, item):
        print(f"{item.n} in {self.n}", end=" ")
        return self.n > item.n

    def __bool__(self):
        print(f"bool {self.n}", end=" ")
        return self.n > 0

    def __repr__(self):
        return f"V{self.n}"


class Truth:
    def __init__(self, value):
        self.value = value

    def __bool__(self):
        print(f"truth {self.value}", end=" ")
        return self.value

    def __repr__(self):
        return f"T{self.value}"


def v(n):
    print(f"v{n}", end=" ")
    return V(n)


def show(value):
    print("|", value)


show(v(1) < v(2))
show(v(1) < v(2) < v(3))
show(v(2) < v(1) < v(3))
show(v(1) < v(2) < v(3) < v(0) < v(9))
show(v(1) == v(1) < v(2) == v(2))
show(v(1) in v(2))
show(v(1) in v(2) in v(3))
show(v(1) not in v(2) < v(3))
show(v(1) is v(1))
show(v(0) and v(1))
show(v(1) and v(2))
show(v(0) or v(1))
show(v(1) or v(2))
show(v(0) and v(1) or v(2) and v(3))
show((v(0) or v(1)) and (v(0) or v(2)))
show(not v(0))
show(not (v(1) and v(0)))
show(v(1) if v(0) else v(2))
show(v(1) if v(1) and v(0) else v(2) if v(3) else v(4))
show(v(1) < v(2) and v(3) or v(4))
show((v(1) < v(2)) < 0 if False else "skipped")
if v(0) or v(1) < v(2) and not v(0):
    show("taken")
if not (v(1) and v(2) < v(1)):
    show("taken")
while v(0) or v(0):
    pass
else:
    show("else of while")
show([n for n in (1, 2) if v(n) < v(2)])
assert v(1) and v(1) < v(2)
show("asserted")
try:
    assert v(0), v(5)
except AssertionError as error:
    show(error.args)
show(any(v(n) for n in (0, 0, 1, 2)))
show(all(v(n) for n in (1, 0, 1)))
show(v(1) != v(2))
x = v(1) < v(2) < v(1) < v(5)
show(x)
show(v(1).__lt__(v(2)) and v(3))


class Reflected:
    def __init__(self, name):
        self.name = name

    def __lt__(self, other):
        print(f"{self.name}.lt", end=" ")
        return NotImplemented

    def __gt__(self, other):
        print(f"{self.name}.gt", end=" ")
        return NotImplemented

    def __add__(self, other):
        print(f"{self.name}.add", end=" ")
        return NotImplemented

    def __radd__(self, other):
        print(f"{self.name}.radd", end=" ")
        return NotImplemented

    def __eq__(self, other):
        print(f"{self.name}.eq", end=" ")
        return NotImplemented


class Sub(Reflected):
    def __radd__(self, other):
        print(f"{self.name}.sub radd", end=" ")
        return "sub"

    def __gt__(self, other):
        print(f"{self.name}.sub gt", end=" ")
        return "sub"


a, b, s = Reflected("a"), Reflected("b"), Sub("s")
for f in (lambda: a < b, lambda: a + b, lambda: a + s, lambda: a < s, lambda: s + a, lambda: a == b, lambda: a != b,
          lambda: a + 1, lambda: 1 + a, lambda: 1 < a):
    try:
        show(f())
    except TypeError as error:
        show(error)
