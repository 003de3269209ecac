# f-strings and % formatting as the compiler sees them.
x, w, name = 3.14159, 10, "n"
print(f"", f"plain", f"{x}", f"{x!r}", f"{x:.2f}", f"{x:{w}.{2}f}|", f"{name!r:>{w}}|", f"{{}}", f"{x=}", f"{x = :.1f}", f"{name=!s}")
print(f"{x}{w}" f"{name}" "tail", f"a{1}b{2}c", f"{'nested ' + f'{w}'}", rf"\d{w}")
print(f"{(lambda: 5)()}", f"{ {1: 2}[1] }", f"{[i for i in range(3)]}", f"{w if w else 0}")
print("%s-%r-%a" % (1, "a", "é"), "%5s|%-5s|%.2s" % ("a", "b", "cde"), "%d%%" % 5, "%s" % ((1,),), "%(k)s" % {"k": 1})
print("%s %s" % (w, [w]), "%10.3f|" % x, "%s" % name, "%c%x" % ("a", 255))
try:
    print("%s %s" % (1,))
except TypeError as e:
    print(e)
try:
    print("%s" % (1, 2))
except TypeError as e:
    print(e)


class F:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "REPR"

    def __str__(self):
        return "STR"


f = F()
print(f"{f}", f"{f:abc}", f"{f!r}", f"{f!s:>5}", f"{f!a}", "%s %r" % (f, f))
print("".join([f"{i}" for i in range(300)])[:20], eval("f'" + "".join("{%d}" % i for i in range(700)) + "'")[-6:])
print("a" "b" 'c', b"a" b"b", """x
y""", "\x41\u0042C\101")
print("abc"[1], "abc"[-1:], (1, 2, 3)[1], "ab" * 3, "ab" + "cd", 2 ** 10, -5 // 2, 7 % -3, 1 << 3, ~5, not 1, +3, 0.1 + 0.2, 1e3 * 2, 3 - 4j)
print(1 in [1, 2], 1 in {1, 2}, 3 not in (1, 2), "a" in "abc", 1 if "" else 2)
print("x" * 5000 == "x" * 4999 + "x", len((0,) * 300), len("ab" * 3000), 2 ** 200 % 7)
try:
    1 / 0
except ZeroDivisionError as e:
    print(e)
try:
    1 << -1
except ValueError as e:
    print(e)
try:
    "abc"[5]
except IndexError as e:
    print(e)
print(True + True, True == 1, 1.0 == 1, 0.0, -0.0, (1, 1.0, True), (0.0, -0.0), [1, True, 1.0], 1j, -1j)


def constants():
    return 1, 1.0, True, (1,), (1.0,), (True,), 0.0, -0.0, "1", b"1", None, ..., 10 ** 20, 10.0 ** 20


print(constants(), [type(c).__name__ for c in constants()])
print(__debug__, ... is Ellipsis)
