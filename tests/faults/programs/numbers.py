def run():
    a = 3**500
    b = a * a
    c = b // (a + 1), b % a, divmod(b, a)
    d = str(a), int("9" * 400), hex(a), repr(1.5), float("1.25"), a / b, pow(3, a, b), pow(7, -1, a), ~a, a << 70, a >> 70, -a, a & b, a ^ -b
    e = 1.5 + 2, 2.5 ** 3, 1j * 2, complex("1+2j"), str(1j), abs(-a), int(1e300), (10**40).to_bytes(20, "big"), int.from_bytes(b"abc" * 9), round(12345, -2), (0.1).as_integer_ratio(), (1.5).hex(), float.fromhex("0x1p3")
    f = 2**64 * 2**64, 3**2000 * 3**2000 % 10**9, "%.3f" % 2.5, format(a, ","), (7).__round__(-1), a == b, a < b, hash(a)
    import math
    g = math.factorial(100), math.comb(100, 50), math.perm(50, 20), math.gcd(a, b, 12), math.lcm(4, a), math.isqrt(b), math.fsum([.1] * 40), math.prod(range(1, 30)), math.dist((1, 2), (3, 4)), math.log(a), math.frexp(3.0)
    import _random
    r = _random.Random(5); r.getrandbits(200); r.setstate(r.getstate())
run()
print("ok")
