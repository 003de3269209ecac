# Special methods written in Python that the loop runs itself: every operator, every way out of them.
import sys


class V:
    def __init__(self, v):
        self.v = v

    def __repr__(self):
        return f"V({self.v})"

    def __del__(self):
        dead.append(self.v)

    def __add__(self, other):
        if isinstance(other, V):
            return V(self.v + other.v)
        if isinstance(other, int):
            return V(self.v + other)
        return NotImplemented

    def __sub__(self, other):
        return self.v - other.v

    def __mul__(self, other):
        return NotImplemented

    def __truediv__(self, other):
        raise ZeroDivisionError(self.v)

    def __eq__(self, other):
        return self.v == other.v if isinstance(other, V) else NotImplemented

    def __lt__(self, other):
        return NotImplemented if other.v == 99 else self.v < other.v

    def __gt__(self, other):
        return [] if self.v < other.v else [self.v]

    def __getitem__(self, i):
        if i > 3:
            raise IndexError(i)
        return (self.v, i)

    def __len__(self):
        return self.v

    def __floordiv__(self, other):
        yield self.v
        yield other


dead = []


def operators(n):
    out = []
    a, b = V(1), V(2)
    for i in range(n):
        out = [a + b, a + i, a - b, a == b, a == 5, a != b, a < b, a > b, b > a, a[1], a["x" > "y"], len(b), list(a // i)]
        a += 1
        a = V(1) + V(i) + 2
        if V(i) == V(i):
            out.append("equal")
        if not V(i) < V(i + 1):
            out.append("wrong")
        if V(i) > V(i + 1):
            out.append("wrong")
        while V(i) == a:
            break
        out.append((V(1) + V(2)).v + (V(3) - V(1)))
    return out


print(operators(20), len(dead))


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as error:
        tb = error.__traceback__
        depth = 0
        while tb is not None:
            depth += 1
            last = tb.tb_frame.f_code.co_name
            tb = tb.tb_next
        return type(error).__name__, str(error), depth, last


def failing(n):
    out = []
    for i in range(n):
        a, b = V(i), V(99)
        out = [
            attempt(lambda: a * b), attempt(lambda: a * 2), attempt(lambda: a + 1.5), attempt(lambda: a + "x"),
            attempt(lambda: a / b), attempt(lambda: a[4]), attempt(lambda: a < b), attempt(lambda: b < a),
            attempt(lambda: V(1) * V(2)), attempt(lambda: V(1) / 2), attempt(lambda: len(V(-1))), attempt(lambda: V(1) < 3),
        ]
    return out


for line in failing(10):
    print(line)


def each(f, n=12):
    for _ in range(n):
        result = f()
    return result


a, b = V(3), V(99)
print(each(lambda: attempt(each, lambda: a * b)))
print(each(lambda: attempt(each, lambda: a / b)))
print(each(lambda: attempt(each, lambda: a < b)))
print(each(lambda: attempt(each, lambda: len(V(-1)))))


class W(V):
    def __radd__(self, other):
        return "radd"

    def __add__(self, other):
        return NotImplemented

    def __mul__(self, other):
        return "W*"


def mixed(n):
    out = []
    for i in range(n):
        left = (V(1), V(2), W(3), V(4))[i % 4]
        right = (V(1), W(2), 7)[i % 3]
        out.append((attempt(lambda: left + right), attempt(lambda: left == right), attempt(lambda: left * right)))
    return out


print(mixed(24)[12:])


def add(x, y):
    return x + y


def changing():
    out = []
    for i in range(90):
        if i == 20:
            V.__add__ = lambda self, other: "new"
        if i == 40:
            V.__add__ = lambda self, other, more=5: more
        if i == 60:
            V.__add__ = len
        if i == 75:
            del V.__add__
        out.append(attempt(add, V(1), V(2)))
    return out[19::7]


print(changing())


class Deep:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        return 0 if self.n == 0 else 1 + (Deep(self.n - 1) + other)

    def __len__(self):
        return 0 if self.n == 0 else 1 + len(Deep(self.n - 1))

    def __getitem__(self, i):
        return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno - start


start = sys._getframe().f_lineno
print(each(lambda: Deep(150) + Deep(0)), each(lambda: len(Deep(150))), each(lambda: Deep(1)[0]))
for f in (lambda: Deep(10000) + Deep(0), lambda: len(Deep(10000))):
    try:
        f()
    except RecursionError as error:
        print(str(error)[:32])


def in_generator():
    for i in range(12):
        yield V(i) == V(i), len(V(i)), V(i)[1], V(i) - V(1)


print(list(in_generator())[-1])


class Truth:
    def __eq__(self, other):
        return Odd()


class Odd:
    def __bool__(self):
        raise ValueError("no truth")


def odd():
    if Truth() == Truth():
        return 1
    return 2


print(each(lambda: attempt(odd)))


class G:
    def __init__(self):
        yield 1


print(each(lambda: attempt(G)))
