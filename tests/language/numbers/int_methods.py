# Methods of int and bool, subclasses, conversions from C's side.
import sys
def show(expression):
    try:
        print(expression, "->", repr(eval(expression)))
    except Exception as e:
        print(expression, "->", type(e).__name__, e)
class I(int):
    pass
class Index:
    def __index__(self):
        return 7
class Trunc:
    def __int__(self):
        return 8
class Bad:
    def __index__(self):
        return "x"
for e in """int()|int(3.99)|int(-3.99)|int(True)|int(Index())|int(Trunc())|int(Bad())|int([])|int(None)|int("5", 10)|int(5, 10)|int(base=2)
int(x=1)|int(1, 2, 3)|int("11", base=2)|I(5)|I("ff", 16)|type(I(5) + 1)|type(+I(5))|type(I(3).real)|I(2**100) == 2**100|hash(I(2**100)) == hash(2**100)
I(0)|bool(I(0))|I(-1) ** 3|(5).bit_length()|(-256).bit_length()|(2**100).bit_length()|(0).bit_count()|(-7).bit_count()|(2**100 - 1).bit_count()
(5).to_bytes()|(5).to_bytes(2, "little")|(-2).to_bytes(2, "big", signed=True)|(-1).to_bytes(2)|(256).to_bytes(1, "big")|(128).to_bytes(1, "big", signed=True)
(-128).to_bytes(1, "big", signed=True)|(-129).to_bytes(1, "big", signed=True)|(0).to_bytes(0, "big")|(1).to_bytes(0, "big")|(-1).to_bytes(0, "big", signed=True)
(1).to_bytes(-1, "big")|(1).to_bytes(1, "middle")|(1).to_bytes(1, 2)|(2**70).to_bytes(9, "big")|(-2**70).to_bytes(9, "little", signed=True)|(1).to_bytes(1.0)
int.from_bytes(b"")|int.from_bytes(b"\\xff\\x00")|int.from_bytes(b"\\xff\\x00", "little")|int.from_bytes(b"\\xff\\x00", signed=True)|int.from_bytes([1, 2, 3])
int.from_bytes(b"\\xff" * 20, signed=True)|int.from_bytes(b"\\x80" + bytes(15), signed=True)|int.from_bytes("a")|I.from_bytes(b"\\1\\2")|type(I.from_bytes(b"a"))
round(15, -1)|round(25, -1)|round(-25, -1)|round(10**30 + 5, -1)|round(149, -2)|round(5, 3)|round(5, -100)|round(5, "a")|(5).__round__()|(5).__round__(None)
(5).as_integer_ratio()|(5).conjugate()|(5).numerator|(5).denominator|(5).imag|(5).__trunc__()|(5).__floor__()|(5).__ceil__()|(5).__getnewargs__()
pow(2, 10)|pow(2, -1)|pow(0, -1)|pow(2, 3, 0)|pow(2, -1, 4)|pow(3, -1, -7)|pow(2, 3, -1)|pow(2, 3, 2.0)|pow(2, -1, 1)|0**0|pow(0, 0, 1)
1 << -1|1 >> -1|0 << 2**70|5 >> 2**70|-5 >> 2**70|1 << 2**70|divmod(7, -2)|divmod(-7, 2)|divmod(7, 0)|7 // 0|7 % 0|2**100 % 0
sys.int_info.bits_per_digit|sys.int_info.str_digits_check_threshold|sys.getsizeof(2**90)|True + True|True & False|True & 1|True ^ True|~False|-True
bool([])|bool(1, 2)|bool(x=1)|True.__repr__()|True is bool(5)|isinstance(True, int)|int.__new__(bool, 1)|bool.__new__(int)|type("X", (bool,), {})
(5).__add__(1.0)|(5).__eq__("a")|(5).__lt__(2.0)|(5).__pow__(2.0)|(5).__rpow__(2, 7)|(5).__divmod__(2)|(5).__radd__(3)|(5).__hash__()|hash(-1)|hash(2**61 - 1)
hash(2**61)|hash(-2**61)|hash(10**100)|format(255, "#x")|format(-5, "08b")|format(10**20, ",")|format(5, "e")|format(65, "c")|format(5, "s")""".replace("\n", "|").split("|"):
    show(e)
for name in ("real", "imag", "numerator"):
    try:
        setattr(5, name, 1)
    except AttributeError as e:
        print(e)
