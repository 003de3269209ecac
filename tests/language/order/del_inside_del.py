# What a finalizer drops is dead at its next line, however deep deallocation stands.
class N:
    def __init__(self, name, *held):
        self.name = name
        self.held = held

    def __del__(self):
        print("del", self.name)


class Dropper:
    def __init__(self, n, victim):
        self.n = n
        self.victim = victim

    def __del__(self):
        print("in", self.n)
        del self.victim
        print("out", self.n)


d = Dropper(1, N("victim"))
del d
print("--")
d = Dropper(1, Dropper(2, Dropper(3, N("innermost"))))
del d
print("--")
d = Dropper(1, [N("a"), (N("b"), N("c")), {"k": N("d")}])
del d
print("--")
d = Dropper(1, N("outer", N("held 0"), N("held 1", N("held 1.0"))))
del d
print("--")

class Rebinds:
    def __init__(self, name):
        self.value = N(name + " 0")

    def __del__(self):
        self.value = N("fresh")
        print("rebound")
        self.value = None
        print("cleared")


r = Rebinds("r")
del r
print("--")
names = {}


class Empties:
    def __del__(self):
        print("emptying", sorted(names))
        names.clear()
        print("emptied", len(names))


names["a"] = N("a")
names["b"] = N("b", N("b.held"))
e = Empties()
del e
print("--")
items = []


class Grows:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("grows", self.n)
        if self.n:
            items.append(Grows(self.n - 1))


items.append(Grows(3))
while items:
    items.pop()
print(len(items))
print("--")


class Local:
    def __del__(self):
        x = N("local of __del__")
        y = [N("in a list of __del__")]
        del x
        print("x is gone")


l = Local()
l = None
print("--")


class Calls:
    def __init__(self, depth):
        self.depth = depth

    def __del__(self):
        if self.depth:
            inner = Calls(self.depth - 1)
            inner = None
            print("after", self.depth)


c = Calls(5)
c = None
