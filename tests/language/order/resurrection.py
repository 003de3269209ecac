# An object that its finalizer saves lives on; it is finalized once.
import gc

gc.disable()
kept = []


class Phoenix:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("saved", self.name)
        kept.append(self)


p = Phoenix("by count")
del p
print(len(kept), kept[0].name)
kept.clear()
print("cleared: nothing is said")
p = Phoenix("by collection")
p.me = p
del p
print(gc.collect(), len(kept))
p = kept.pop()
print(p.me is p)
del p
print(gc.collect(), len(kept))
print("--")


class Held:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


p = Phoenix("with held")
p.held = Held("held")
del p
print("held lives:", kept[0].held.name)
kept.clear()
print("--")
a, b = Phoenix("a"), Held("b")
a.other, b.other = b, a
del a, b
print("collect", gc.collect())
print("both live:", kept[0].other.name)
kept.clear()
gc.collect()
print("--")


class Slotted:
    __slots__ = ("value",)

    def __del__(self):
        print("slotted", self.value)
        kept.append(self)


s = Slotted()
s.value = "v"
del s
kept.clear()
print("--")


class MyList(list):
    def __del__(self):
        print("list", len(self))
        kept.append(self)


m = MyList([1, 2])
m.append(m)
del m
gc.collect()
print(len(kept[0]))
kept[0].clear()
kept.clear()
print("--")


class Tricky:
    def __del__(self):
        global saved
        saved = [self]
        print("tricky")


t = Tricky()
del t
print(type(saved[0]).__name__, gc.is_finalized(saved[0]))
saved = None
print("--")


class Temporary:
    count = 0

    def __del__(self):
        Temporary.count += 1
        x = self
        y = [x]
        x = None


for i in range(5):
    Temporary()
print(Temporary.count)
print("--")


class Immortal:
    def __del__(self):
        kept.append(Immortal())


i = Immortal()
del i
for turn in range(3):
    print(len(kept))
    kept.clear()
Immortal.__del__ = lambda self: print("at last")
kept.clear()
