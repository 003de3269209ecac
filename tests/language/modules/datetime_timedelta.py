# timedelta: making from every kind of number, arithmetic, rounding half to even, limits, errors.
import copy
import operator
import pickle
from datetime import timedelta

inf, nan = float("inf"), float("nan")


class Sub(timedelta):
    pass


class Ratio(float):
    """A float that claims another ratio."""

    def as_integer_ratio(self):
        return self.ratio


def ratio(value):
    number = Ratio(2)
    number.ratio = value
    return number


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for line in r"""
timedelta(), timedelta(1), timedelta(1, 2, 3, 4, 5, 6, 7), timedelta(weeks=-1), timedelta(hours=25, minutes=61)
timedelta(days=10**9); timedelta(days=-10**9); timedelta(days=10**20); timedelta(days=inf); timedelta(days=-inf); timedelta(days=nan)
timedelta(days='x'); timedelta(weeks=None); timedelta(days=1e300); timedelta(1, 2, 3, 4, 5, 6, 7, 8); timedelta(x=1); timedelta(days=10**30, hours=-24 * 10**30)
timedelta(days=1e30, hours=-24e30); timedelta(microseconds=2**70, milliseconds=-(2**70 // 1000)); timedelta(True), timedelta(seconds=False)
timedelta(microseconds=0.5), timedelta(microseconds=1.5), timedelta(microseconds=2.5), timedelta(microseconds=-0.5), timedelta(microseconds=-1.5)
timedelta(seconds=0.1, microseconds=0.4), timedelta(days=1.1), timedelta(hours=1/3), timedelta(weeks=-0.3, days=0.7, hours=1e-9)
timedelta(microseconds=0.5, milliseconds=0.0005), timedelta(days=-1e-15), timedelta(seconds=2**62 / 1e9)
timedelta.min, timedelta.max, timedelta.resolution, timedelta.max.seconds, timedelta.max.microseconds
timedelta(1) * 10**30; timedelta(0) * 10**30; timedelta(1) * 3, 3 * timedelta(1), timedelta(1) * -1, timedelta(1) * True; timedelta(1) * 'x'; timedelta(1) * timedelta(1)
timedelta(1) * 1.5, 2.5 * timedelta(0, 1), timedelta(microseconds=1) * 0.5, timedelta(microseconds=3) * 0.5, timedelta(microseconds=-1) * 0.5
timedelta(1) * inf; timedelta(1) * nan; timedelta(1) * 1e300; timedelta(1) * 1e-300; timedelta.max * 1.0001; timedelta.max * 0.1; timedelta(0) * 1e300
timedelta(1) / 0; timedelta(1) / 0.0; timedelta(1) // 0; timedelta(1) / timedelta(0); timedelta(1) // timedelta(0); timedelta(1) % timedelta(0); divmod(timedelta(1), timedelta(0))
timedelta(1) / inf; timedelta(1) / nan; timedelta(1) / 1e-300; timedelta(1) / 1e300; timedelta(1) / 'x'; 1 / timedelta(1); 1 // timedelta(1); timedelta(1) % 2; divmod(timedelta(1), 2); divmod(timedelta(1), 0)
timedelta(1) / 3, timedelta(1) / -7, timedelta(1) / 0.1, timedelta(microseconds=1) / 2, timedelta(microseconds=3) / 2, timedelta(microseconds=5) / -2, timedelta.max / 2**100
timedelta(microseconds=7) // 2, timedelta(microseconds=-7) // 2, timedelta(1) // 2**100, timedelta(-1) // 2**100, timedelta(-1) // timedelta(0, 7), timedelta(-1) % timedelta(0, 7)
timedelta.max / timedelta(microseconds=1), timedelta.max // timedelta(microseconds=1), divmod(timedelta.max, timedelta(0, 86399, 7)), timedelta(1) / timedelta(0, 7)
timedelta.max + timedelta.max; timedelta.min - timedelta.resolution; timedelta.max + timedelta.resolution; timedelta(1) + 1; 1 - timedelta(1); timedelta(1) - timedelta(0, 5, 6)
-timedelta(0, 1), +timedelta(0, 1), abs(timedelta(-1, 5)), abs(timedelta.min), -timedelta.min, bool(timedelta(0)), bool(timedelta.resolution); -timedelta.max
timedelta(1) * ratio(1); timedelta(1) * ratio((1,)); timedelta(1) * ratio((1, 'x')); timedelta(1) / ratio((1, 2)); timedelta(1) * ratio((1, 0)); timedelta(1) * ratio((2**80, 2**81))
timedelta(1) < timedelta(2), timedelta(1) >= timedelta(hours=24), timedelta(1) == 86400, timedelta(1) != None; timedelta(1) < 1; timedelta(1).__lt__(1)
str(timedelta(-1, 5)), str(timedelta(2)), str(timedelta(1, 0, 5)), str(timedelta(0, 36000)), str(timedelta.min), str(timedelta.max)
repr(timedelta(0, 5)), repr(timedelta(-1, 0, 7)), repr(Sub(1)), repr(timedelta.min)
timedelta(1, 2, 3).total_seconds(), timedelta.max.total_seconds(), timedelta.min.total_seconds(), timedelta.resolution.total_seconds(), timedelta(300 * 365, 0, 1).total_seconds()
hash(timedelta(1)) == hash(timedelta(hours=24)) == hash((1, 0, 0)), hash(timedelta(-1, 5, 6)) == hash((-1, 5, 6)), {timedelta(1): 1}[timedelta(0, 86400)]
timedelta.days; timedelta(1, 2, 3).days, timedelta(1, 2, 3).seconds, timedelta(1, 2, 3).microseconds; timedelta.days.__set__(timedelta(1), 1); setattr(timedelta, 'x', 1); setattr(timedelta(1), 'x', 1)
timedelta(1, 2, 3).__reduce__(), Sub(1).__reduce__(), copy.copy(timedelta(5)), copy.deepcopy(Sub(5)), type(Sub(1) + Sub(1)), type(-Sub(1)), type(abs(Sub(1))), type(Sub(1) * 2)
[pickle.loads(pickle.dumps(t, p)) == t for p in range(6) for t in (timedelta.min, timedelta.max, timedelta(1, 2, 3), Sub(-5))]
timedelta.__new__(int); timedelta.__new__(Sub, 1); timedelta.__basicsize__, timedelta.__module__, timedelta.__name__
sum([timedelta(1), timedelta(2)], timedelta(0)), max(timedelta(1), timedelta(0, 5)), sorted([timedelta(1), timedelta(-1), timedelta(0)])
""".strip().splitlines():
    for part in line.split("; "):
        show(part)

# Every operation on every pair.
deltas = [timedelta(0), timedelta.resolution, -timedelta.resolution, timedelta(0, 59, 999999), timedelta(-3, 5, 7), timedelta(40000, 1, 500000), timedelta.max, timedelta.min]
numbers = [0, 1, -1, 2, 7, -10, 10**6, 2**63, -2**64, 10**25, 0.5, -0.25, 1.5, 3.14159, 1e-7, 2.0**60, -1e18, 1e-320]
results = []
for function in (operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, divmod):
    for a in deltas:
        for b in deltas + numbers:
            for pair in (a, b), (b, a):
                try:
                    results.append(repr(function(*pair)))
                except (ArithmeticError, TypeError) as error:
                    results.append(type(error).__name__ + " " + str(error))
for i in range(0, len(results), 8):
    print(*results[i : i + 8], sep=" | ")
