def say(value):
    print(value, end=" ")
    return value


x = 1
print(x + (x := 2))


def local():
    x = 1
    print(x + (x := 2), x)
    x = 1
    print((x, (x := 5), x))
    x = 3
    print([x, x := 4][0], x)
    d = {}
    k = 1
    d[k] = 10
    d[k] += (k := 3)
    print(d, k)
    a = [0, 0, 0]
    i = 0
    i, a[i] = 1, 9
    print(i, a)
    a[(i := 2)] = i
    print(a)
    x = 1
    y = x if (x := 0) else x
    print(y)
    x = 1
    print(x < (x := 5) < 9, x)
    x = [1]
    x += (x := [2])
    print(x)
    f = max
    print(f(1, (f := min)(5, 3)))


local()
say(1) + say(2) * say(3)
print()
{say("k1"): say("v1"), say("k2"): say("v2")}
print()
[say(3), *[say(4)], say(5)]
print()


def call(*args, **kwargs):
    return args, kwargs


print(call(say(1), *[say(2)], a=say(3), **{"b": say(4)}))
target = [0, 0]
target[say(0)], target[say(1)] = say("first"), say("second")
print(target)
say([1, 2, 3])[say(0)] = say("value")
print()
print(say(1) < say(2) < say(0) < say(9))
print(say(0) and say(1) or say(2))


def default(a=say("default a"), *, b=say("default b")) -> say("return"):
    pass


@(lambda f: f)
def decorated(): pass


print()
del target[say(0)]
lambda_value = (lambda a=say("late"): a)()
assert say(True), say("not evaluated")
print()
i = 0
i += i + (i := 5)
print(i)
