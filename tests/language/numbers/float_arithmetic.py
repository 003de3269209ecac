# Operators and methods of float: special values, comparison with ints, rounding, errors.
inf, nan = float("inf"), float("nan")
def show(expression):
    try:
        print(expression, "->", repr(eval(expression)))
    except Exception as e:
        print(expression, "->", type(e).__name__, e)
values = [0.0, -0.0, 1.0, -1.0, 0.1, -2.5, 3.0, 1e308, -1e308, 5e-324, inf, -inf, nan]
for a in values:
    row = []
    for b in values:
        for op in ("a + b", "a - b", "a * b", "a / b", "a // b", "a % b", "divmod(a, b)", "a ** b"):
            try:
                row.append(repr(eval(op)))
            except ArithmeticError as e:
                row.append(type(e).__name__ + str(e))
    print(" ".join(row))
ints = [0, 1, -1, 2**53, 2**53 + 1, 2**53 - 1, 2**60, 2**63, -2**63, 2**64 + 1, 10**22, 10**23, 10**308, 10**309, -10**400, 2**1023, 2**1024]
floats = values + [2.0**53, 2.0**60, 2.0**63, -2.0**63, 2.0**64, 1e22, 1e23, 0.5, 2.0**1023, 1.7976931348623157e308]
for x in floats:
    print("".join("%d%d%d%d%d%d" % (x < n, x <= n, x == n, x != n, x > n, n < x) for n in ints))
for x in floats:
    if x == x and abs(x) != inf:
        n, d = x.as_integer_ratio()
        assert n / d == x and (x != int(x) or hash(x) == hash(int(x))), x
        assert x.is_integer() == (x == int(x))
for e in """round(2.5)|round(3.5)|round(-2.5)|round(0.5)|round(2.675, 2)|round(1.005, 2)|round(-1.5, 0)|round(12345.678, -2)|round(5e15 + 0.5)|round(1e300, 5)
round(1e300, -299)|round(1.7976931348623157e308, -308)|round(5e-324, 324)|round(1.5, 2**70)|round(1.5, -2**70)|round(nan)|round(inf)|round(nan, 1)|round(1.5, 1.0)
int(1e22)|int(-1.9)|int(inf)|int(nan)|(0.1).as_integer_ratio()|(-2.5).as_integer_ratio()|inf.as_integer_ratio()|nan.as_integer_ratio()|(1.5).__floor__()|(-1.5).__floor__()
(1.5).__ceil__()|(1.5).__trunc__()|(1e20).__floor__()|hash(0.5)|hash(inf)|hash(-inf)|hash(1e300)|hash(5e-324)|hash(-0.0)|hash(2.0**61 - 1)|float()|float("1", "2")|float(x=1)
float.__getformat__("double")|float.__getformat__("half")|(1.5).real|(1.5).imag|(1.5).conjugate()|(1.5).__getnewargs__()|(-8.0) ** (1 / 3)|2.0 ** -1074|2.0 ** 1024|0.0 ** -1
pow(2.0, 3, 5)|1.5 + None|"a" + 1.5|1.5 .__add__("a")|1.5 .__radd__(2)|10**400 + 1.0|1.0 < 10**400|divmod(10**400, 1.0)|inf // 1|1 % -inf|-1 % inf|5.5 // -2|5.5 % -2|bool(-0.0)|bool(nan)""".replace("\n", "|").split("|"):
    show(e)
class F(float):
    def __new__(cls, x, *more):
        return super().__new__(cls, x)
print(F(1.5, 2), type(F(2.0) + 1), type(F("3")), F.fromhex("0x1p3"), type(F.fromhex("1")), float(F(2)), type(float(F(2))))
class C:
    def __float__(self):
        return F(2)
class D:
    def __float__(self):
        return 1
class E:
    def __index__(self):
        return 9
import warnings
warnings.simplefilter("ignore")
print(float(C()), float(E()))
show("float(D())")
