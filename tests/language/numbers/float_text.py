# repr is the shortest text that reads back; text is read to the nearest float; %-formats are exact.
values = [0.0, -0.0, 1.0, 0.1, 0.5, 1 / 3, 2 / 3, 100.0, 1e15, 1e16, 123456789012345678.0, 1e22, 1e23, 9007199254740993.0, 1e-4, 1e-5,
          0.00012345, 5e-324, 1.5e-323, 2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, 4.35, 0.3, 2.675, 1e100,
          9.5367431640625e-07, 2.0**-1000, 2.0**1000, 2.0**62, 2.0**63, 2.0**64, 2.0**53, 2.0**-27, 1.1, 2.2, 3.3, 0.1 + 0.2, 1e-7, 12345.678,
          6.02214076e23, 6.62607015e-34, 3.141592653589793, 2.718281828459045, float("inf"), float("-inf"), float("nan")]
for x in values:
    print(repr(x), x.hex(), "%r %s %g %e %f %.3g %.0e %.17g %#.3g %+.2f % g %010.3f %G %E" % ((x,) * 14) if abs(x) < 1e30 else "%r %g %.3e" % (x, x, x))
    if x == x:
        assert float(repr(x)) == x and float.fromhex(x.hex()) == x
seed = 99
def bits():
    global seed
    seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
    return seed >> 1
h = 0
for i in range(4000):
    b = bits()
    m, e = b & (2**53 - 1), (b >> 53) % 2046 - 1074
    x = float(m) * 2.0**e if e > -1000 else m * 2.0**-1000 * 2.0**(e + 1000)
    if x == float("inf"):
        continue
    r = repr(x)
    assert float(r) == x, r
    for text in (r, "%.6e" % x, "%.16e" % x, "%.17e" % x, "%.25e" % x, "%.3g" % x):
        for ch in text:
            h = (h * 31 + ord(ch)) % (2**61 - 1)
        y = float(text)
        h = (h * 31 + int(y * 2.0**(-e if abs(e) < 900 else 0)) % 1000003) % (2**61 - 1) if y < 1e300 else h
    y = round(m / 1e9, 3)
    assert float("%.3f" % (m / 1e9)) == y
    assert len(repr(y).split(".")[1]) <= 3 or "e" in repr(y), y
print(h)
# half-way cases, too many digits, too large and too small
for text in ("9007199254740993", "9007199254740992.99999999999999999999", "9007199254740993.0000000000000000000000001", "1e23", "1.7976931348623158e308",
             "1.7976931348623159e308", "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880",
             "2.4703282292062327e-324", "2.4703282292062328e-324", "5e-324", "0." + "0" * 400 + "1e401", "1" + "0" * 400 + "e-400", "1e99999999999999999999",
             "1e-99999999999999999999", "0e99999999999999999999", "2.2250738585072011e-308", "2.2250738585072012e-308", ".5", "5.", "1_0.0_1e1_0", "  1.5  ",
             "+.5e-1", "infinity", "-INF", "NaN", "-nan"):
    print(repr(float(text)))
for text in ("", ".", "e5", "1e", "1e+", "0x10", "1 2", "1__0", "_1", "1_", "1._0", "infi", "nan1", "--1", "1,5", "\ud800", b"1\xff", [], None):
    try:
        print(float(text))
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
for text in ("0x1p0", "0x.8p1", "-0x1.fp-3", "1.8", "0x1.fffffffffffff8p0", "0x1.fffffffffffff7p0", "0x0.00000000000008p-1022", "0x0.000000000000081p-1022", "0x1p-1075",
             "0x1p1023", "0x1p1024", "0x1.ffffffffffffffp1023", "inf", "nan", "0x", "0x1p", "0x1.g", " 0x1 ", "0x123456789abcdef123456789abcdef"):
    try:
        print(text, float.fromhex(text).hex())
    except (ValueError, OverflowError) as e:
        print(text, type(e).__name__, e)
print("%.50f" % 0.1, "%.0f %.0f %.0f" % (0.5, 1.5, 2.5), len("%.400f" % 5e-324), "%.30e" % 1e-310)
