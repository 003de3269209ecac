# A name read before `:=` rebinds it in the same expression has its old value.
class Obj:
    def __init__(self, n):
        self.n = n
    def __repr__(self):
        return f"Obj({self.n})"
    def __add__(self, other):
        return f"{self.n}+{getattr(other, 'n', other)}"
    def __getitem__(self, key):
        return f"{self.n}[{key}]"
    def __setitem__(self, key, value):
        print("set", self.n, key, value)
    def __call__(self, *args, **kw):
        return self.n, args, kw
    def m(self, *args):
        return self.n, args
    def __lt__(self, other):
        return True
    def __iadd__(self, other):
        return Obj(f"{self.n}+={other}")


def binary(x):
    print(x + (x := 2))
    print(x + (x := x + 1) + x)
    print((x := 10) + (x := 20) + x)
    print(x * 2 + (x := 1) - x)
    print(x - (x if x else (x := 5)))
    y = 3
    print(y + (x and (y := 4)) + y)
    print(y + (0 if not x else (y := 7)) * y)


def calls(x):
    print(x((x := Obj(2)), x))
    print(x.m((x := Obj(3)), x))
    print(x(k=(x := Obj(4)), j=x))
    print(x(*[(x := Obj(5))], **{"k": x}))
    print(x[(x := Obj(6))], x)
    print(x[(x := Obj(7)):x] if False else 0)


def displays(x):
    print([x, (x := 2), x])
    print((x, (x := 3), x))
    print({x: (x := 4), x: (x := 5)})
    print({x, (x := 6), x} == {5, 6})
    print(f"{x} {(x := 7)} {x}")
    print([x, *[(x := 8)], x])
    print({**{x: x}, 'a': (x := 9), **{x: x}})


def compare(x):
    print(x < (x := 2) < x)
    print(x == (x := 3) == x)
    if x < (x := 10) < x + 1:
        print("yes", x)
    else:
        print("no", x)
    a = 1
    print(a < 2 < (a := 3), a)
    b = 5
    print(1 < b < (b := 100), b)
    print(x in [(x := 11)], x not in [x])


def targets(x):
    x[0] = (x := Obj(2))
    x[x] = x
    y = Obj(5)
    y[(y := Obj(6))] = y
    a = [1, 2, 3]
    i = 0
    a[i] += (i := 1)
    print(a, i)
    a[i] = (i := 2)
    print(a, i)
    x = 1
    x += (x := 5)
    print(x)
    p = q = x
    p, q = q, (p := 9)
    print(p, q)
    p, q = (q := 3), p
    print(p, q)
    x = y = (x := 4) + x
    print(x, y)


def conditions(x):
    while x and (x := x - 1) > 2:
        print("loop", x)
    print(x)
    print(x or (x := 5), x)
    print((y := x) and (y := y + 1) and y)
    print([z := 3, z + 1, (z := z * 2), z])
    print([w for v in range(3) if (w := v * 2)], w)
    print(any((hit := n) > 2 for n in range(5)), hit)


def unary(x):
    print(-x + (x := 3), ~x + (x := 1), x)
    print((lambda a=(x := 7): a + x)(), x)


def returns(x):
    try:
        return x
    finally:
        x = 5


def slices(x):
    s = [0, 1, 2, 3, 4]
    print(s[x:(x := 4)], s[(x := 1):x + 2], s[x:][(x := 0)], x)
    s[x:(x := 2)] = (s := [9, 8])
    print(s, x)


x = 1
print(x + (x := 2), [x, (x := 3), x], x)


class C:
    x = 1
    y = x + (x := 2)
    print(x, y)


def cells(x):
    def inner():
        nonlocal x
        x += 10
        return x
    print(x + inner() + x)
    print([x, inner(), x])
    print(x + (x := 1) + inner())


def generator(x):
    y = x + (yield x)
    z = y + (x := (yield y)) + x
    yield z


binary(1)
calls(Obj(1))
displays(1)
compare(1)
targets(Obj(1))
conditions(6)
unary(2)
print(returns(1))
slices(2)
cells(1)
g = generator(1)
print(next(g), g.send(10), g.send(100))
