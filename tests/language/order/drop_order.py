class Noisy:
    def __init__(self, name, *held):
        self.name = name
        self.held = held

    def __del__(self):
        print("del", self.name)


print("rebinding")
a = Noisy("a1")
a = Noisy("a2")
del a
print("list, from the last")
items = [Noisy("l0"), Noisy("l1"), Noisy("l2")]
del items
print("tuple, from the last")
items = (Noisy("t0"), Noisy("t1"), Noisy("t2"))
del items
print("dict, from the first")
items = {1: Noisy("d1"), 2: Noisy("d2")}
del items
print("depth first")
root = Noisy("root", Noisy("child1", Noisy("grandchild1")), Noisy("child2"))
del root
print("clear")
items = [Noisy("c0"), Noisy("c1")]
items.clear()
print("slice")
items = [Noisy("s0"), Noisy("s1"), Noisy("s2"), Noisy("s3")]
items[1:3] = []
print(len(items))
del items


def scope():
    x = Noisy("x")
    y = Noisy("y")
    z = Noisy("z")
    print("leaving")


scope()


def returns():
    kept = Noisy("kept")
    lost = Noisy("lost")
    return kept


print("got", returns().name)


class Cascade:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        if self.n:
            print("in", self.n)
            inner = Cascade(self.n - 1)
            del inner
            print("out", self.n)


c = Cascade(3)
del c


class Attributes:
    pass


holder = Attributes()
holder.first = Noisy("first")
holder.second = Noisy("second")
del holder
print("attribute replaced")
holder = Attributes()
holder.value = Noisy("old")
holder.value = Noisy("new")
del holder.value
print("end")
