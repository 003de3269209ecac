"""Calls: what one costs in each of its forms.  Seconds."""
import sys
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def nothing():
    pass


def three(a, b, c):
    return b


def defaults(a, b=2, c=3):
    return c


def star(*args, **names):
    return args


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def method(self, a):
        return a

    @staticmethod
    def static(a):
        return a

    @classmethod
    def of_class(cls, a):
        return a

    def __call__(self, a):
        return a


class Base:
    def step(self, a):
        return a


class Derived(Base):
    def step(self, a):
        return super().step(a)


def run_fib(n):
    for _ in range(n):
        fib(21)


def run_empty(n):
    for _ in range(n):
        nothing()


def run_positional(n):
    for i in range(n):
        three(i, i, i)


def run_keywords(n):
    for i in range(n):
        three(i, c=i, b=i)


def run_defaults(n):
    for i in range(n):
        defaults(i)


def run_star(n):
    for i in range(n):
        star(i, i, key=i)


def run_spread(n):
    args = (1, 2, 3)
    for _ in range(n):
        three(*args)


def run_method(n):
    point = Point(1, 2)
    for i in range(n):
        point.method(i)


def run_bound(n):
    method = Point(1, 2).method
    for i in range(n):
        method(i)


def run_static_and_class(n):
    point = Point(1, 2)
    for i in range(n):
        point.static(i)
        point.of_class(i)


def run_init(n):
    for i in range(n):
        Point(i, i)


def run_dunder_call(n):
    point = Point(1, 2)
    for i in range(n):
        point(i)


def run_super(n):
    thing = Derived()
    for i in range(n):
        thing.step(i)


def run_closure(n):
    total = 0

    def add(a):
        nonlocal total
        total += a
    for i in range(n):
        add(i)


def run_lambda_key(n):
    data = [(i * 7919) % 10007 for i in range(2000)]
    for _ in range(n):
        sorted(data, key=lambda v: -v)


def run_builtin(n):
    text = "some words"
    for i in range(n):
        len(text)
        isinstance(i, int)
        abs(i)


def run_list_append(n):
    for _ in range(n):
        items = []
        for i in range(1000):
            items.append(i)


ROWS = {
    "fib": (run_fib, 12),
    "empty function": (run_empty, 600_000),
    "three positional": (run_positional, 500_000),
    "keywords": (run_keywords, 400_000),
    "defaults": (run_defaults, 500_000),
    "*args and **names": (run_star, 250_000),
    "spread a tuple": (run_spread, 400_000),
    "method": (run_method, 500_000),
    "bound method": (run_bound, 500_000),
    "static and class method": (run_static_and_class, 250_000),
    "class with __init__": (run_init, 250_000),
    "__call__": (run_dunder_call, 400_000),
    "super()": (run_super, 200_000),
    "closure": (run_closure, 500_000),
    "sort by a lambda": (run_lambda_key, 70),
    "built-in functions": (run_builtin, 250_000),
    "list.append": (run_list_append, 600),
}


def measure(run, n):
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        run(n)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    if len(sys.argv) == 1:
        print("\n".join(ROWS))
        return
    run, n = ROWS[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(run, max(1, int(n * scale))))


main()
