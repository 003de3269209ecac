# Operands are read when evaluation reaches them: what is rebound later in the expression does not change them.
x = 1


def side(value):
    global x
    x = value
    return value


print(x + side(2) + x)
x = 1
print([x, side(5), x])
x = 1
print(x < side(3) < side(2), x)
x = 1
print({x: side(2), x: side(3)}, x)
x = 1
print((x, side(2))[0], f"{x}{side(9)}{x}")
x = [1]
print(x + side([2]) + x)


def local():
    x = 1
    print(x + (x := 2), x)
    x = 1
    print(x * 10 + (x := 2) * 10 + x * 10)
    x = 1
    print([x, (x := 2), x, (x := 3), x])
    x = 1
    print((x if (x := 0) else x), x)
    x = 1
    print(x and (x := 5) and x)
    x = 1
    print(x == (x := 1) == x, x is (x := "s"), x)
    x = [1]
    print(x[(x := [0, 7])[0]] if False else x[0], x)
    x = [10, 20]
    print(x[(x := 1)], x)
    x = 1
    print({x: (x := 2), (x := 3): x})
    x = 1
    print(f"{x} {(x := 2)} {x}")
    x = 2
    print(x ** (x := 3), -x ** (x := 2))
    x = 1
    print(x.__add__(x := 5), x)
    x = "a"
    print(x.join((x := "bc")), x)
    x = 1
    print(max(x, (x := 7), x), x)
    x = 1
    x += (x := 10) + x
    print(x)
    x = [1]
    y = x
    x += (x := [5])
    print(x, y)
    x = 5
    print([x for _ in range(2)], x)
    x = 1
    print([(x := i) + x for i in range(3)], x)
    x = 1
    print(x in [x, (x := 2)], x not in (x, (x := 3)))
    x = 1
    print(-x + (x := 2), ~x - (x := 3), not x or (x := 4))
    x = [3, 1, 2]
    print(x[0] + (x := [9])[0] + x[0])
    x = 1
    print(lambda: x) if False else print((lambda y=x: (x, y))(), (x := 2))
    x = 1
    a = [0, 0, 0]
    a[x] = (x := 2)
    print(a)
    a[(x := 0)] = x + 5
    print(a)
    x = 0
    a[x], a[(x := 2)] = x, (x := 1)
    print(a, x)
    x = 3
    x, y = (x := 4), x
    print(x, y)
    x = 1
    x = x + (lambda: x)()
    print(x)


local()


def cells():
    x = 1

    def change(value):
        nonlocal x
        x = value
        return value
    print(x + change(2) + x)
    print([x, change(3), x], x + (x := 10) + change(1) + x)
    print(f"{x}{change(4)}{x}")
    x += change(100)
    print(x)
    print(x if change(0) else x)


cells()


class Body:
    x = 1
    print(x + (x := 2) + x)
    y = [x, (x := 3)]
    print(y)


class Mutates:
    def __init__(self, value):
        self.value = value

    def __add__(self, other):
        self.value, other.value = other.value, self.value
        return self.value

    def __index__(self):
        return self.value


def objects():
    a, b = Mutates(1), Mutates(2)
    print(a + b, a.value, b.value, a.value + (a + b) + a.value)
    l = [0, 1, 2, 3]
    print(l[a], l[a:b], (l := [9])[0])


objects()
