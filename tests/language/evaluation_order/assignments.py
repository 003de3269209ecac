# The value first, then each target from left to right: its object, its key, the store.
class Log:
    def __init__(self, name):
        object.__setattr__(self, "name", name)

    def __getattr__(self, attr):
        print(f"{self.name}.{attr}", end=" ")
        return Log(f"{self.name}.{attr}")

    def __setattr__(self, attr, value):
        print(f"{self.name}.{attr}={value}", end=" ")

    def __delattr__(self, attr):
        print(f"del {self.name}.{attr}", end=" ")

    def __getitem__(self, key):
        print(f"{self.name}[{key}]", end=" ")
        return Log(f"{self.name}[{key}]")

    def __setitem__(self, key, value):
        print(f"{self.name}[{key}]={value}", end=" ")

    def __delitem__(self, key):
        print(f"del {self.name}[{key}]", end=" ")

    def __iadd__(self, other):
        print(f"{self.name}+={other}", end=" ")
        return f"({self.name}+{other})"

    def __repr__(self):
        return self.name


def say(value):
    print(f"<{value}>", end=" ")
    return value


def log(name):
    print(f"<{name}>", end=" ")
    return Log(name)


def end():
    print("|")


log("a").x = say(1)
end()
log("a")[say("k")] = say(1)
end()
log("a").x = log("b")[say("k")] = say(1)
end()
log("a").x.y[say(1)].z = say(2)
end()
log("a").x, log("b").y = say(1), say(2)
end()
(log("a").x, [log("b")[say(0)], *log("c").rest]) = say(1), (say(2), say(3), say(4))
end()
log("a").x += say(1)
end()
log("a")[say("k")] += say(1)
end()
log("a").x[say("k")].y += say(1)
end()
log("a")[say(1):say(2)] = say(3)
end()
log("a")[say(1):say(2):say(3), say(4)] = say(5)
end()
log("a")[say(1):say(2)] += say(3)
end()
del log("a").x
end()
del log("a").x, log("b")[say(1)], log("c")[say(2):say(3)]
end()
del (log("a").x, [log("b").y])
end()
for log("a").x in [1, 2]:
    print("body", end=" ")
end()
for log("a")[say("k")], log("b").y in [(1, 2)]:
    print("body", end=" ")
end()
i = 0
a = [0] * 4
i, a[i] = 1, "x"
print(i, a)
i = a[i] = 2
print(i, a)
a[i], i = "y", 0
print(i, a)
x = y = [x for x in range(2)]
print(x is y)
i = 0
a = [10, 20, 30]
a[i], a[i + 1] = a[i + 1], a[i]
print(a)
i, a = 1, a
a[i:], i = [i, i], 7
print(i, a)
(a, b), c = [1, 2], 3
print(a, b, c)
a, b = b, a
print(a, b)
*a, b = {1: 2, 3: 4}.items()
print(a, b)
d = {}
k = 1
d[k] = k = 2
print(d, k)
k = 1
d[k], k = k, d
print(d[1])
d = {1: 10}
k = 1
d[k] += (k := 3)
print(d, k)
l = [1, 2, 3]
i = 0
l[i] += (i := 2)
print(l, i)


class Counter:
    def __init__(self):
        self.n = 0

    def __getitem__(self, key):
        self.n += 1
        return self.n


c = Counter()
a, b = c[0], c[0]
print(a, b)
try:
    a, b = say(1), say(2), say(3)
except ValueError as error:
    print(error)
try:
    log("a").x, log("b").y = say([1])
except ValueError as error:
    print(error)
try:
    log("a").x = log("b").y = undefined
except NameError:
    end()
try:
    undefined.x = say("value")
except NameError:
    end()
try:
    t = ([],)
    t[0] += say([1])
except TypeError as error:
    print(error, t)
