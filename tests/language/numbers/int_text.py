# Text to int and int to text: bases, signs, spaces, underscores, the limit of digits.
import sys
def show(f, *args):
    try:
        print(repr(f(*args))[:200])
    except Exception as e:
        print(type(e).__name__, e)
for text in ("", " ", "0", "-0", "+1", "- 1", "++1", " 12 ", "\t12\n", "1_000", "1__0", "_1", "1_", "0x1f", "0X1F", "0o17", "0b101",
             "0b_101", "0b__1", "0_0", "00", "007", "0_7", "1e5", "1.0", "z", "12\0", "\u0663\u0664", "\u2003 5\u2003", "\uff11", "\u00b2",
             "9" * 30, "-" + "9" * 60, "1" * 220 + "x", b"12", b"1 2", b"\xff", bytearray(b" -7 ")):
    for base in (10, 0, 16, 36, 2):
        show(int, text, base)
for base in (-1, 1, 37, 2**70, "10", None):
    show(int, "10", base)
digits = "0123456789abcdefghijklmnopqrstuvwxyz"
for base in range(2, 37):
    text = digits[base - 1] + digits[:base] * 9
    value = 0
    for ch in text:
        value = value * base + digits.index(ch)
    assert int(text, base) == value == int(text.upper(), base) == int("_".join(text), base) == -int("-" + text, base)
for value in (0, 1, -1, 9, 10, 99, 100, 255, 256, 2**30, 2**60 - 1, 2**60, -2**63, 10**18, 10**19, 10**40 - 1, 10**40, -7**200):
    text = "%d" % value
    assert str(value) == repr(value) == text and int(text) == value
    assert int(bin(value), 2) == int(oct(value), 8) == int(hex(value), 16) == value == int(bin(value), 0)
    print(value, bin(value)[:60], oct(value)[:60], hex(value)[:60])
print(sys.get_int_max_str_digits())
show(str, 10**4300)
show(lambda: len(str(10**4300 - 1)))
show(int, "1" * 4301)
show(lambda: int("1" * 4300) % 1000)
show(lambda: int("1_" * 4299 + "1") % 1000)
show(lambda: int("1_" * 4300 + "1") % 1000)
show(int, "0" * 4301)
show(lambda: len(hex(10**5000)))
show(lambda: int("f" * 10000, 16).bit_length())
show(lambda: int("2" * 5000, 3))
show(repr, 10**10**5)
sys.set_int_max_str_digits(0)
big = 3**60000
assert int(str(big)) == big and len(str(big)) == 28628 and int(str(-big)) == -big
print(int(str(big), 11) % 1000003)
sys.set_int_max_str_digits(640)
show(str, 10**640)
show(lambda: len(str(10**640 - 1)))
