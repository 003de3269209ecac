# Attributes fall in the order in which they were set, after __del__ of their object; slots in their order.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


class Plain:
    pass


class WithDel:
    def __del__(self):
        print("WithDel", sorted(vars(self)))


for cls in Plain, WithDel:
    p = cls()
    p.one = N("one")
    p.two = N("two")
    p.three = N("three")
    del p
    print("--")
p = Plain()
p.b = N("b")
p.a = N("a")
del p.b
p.b = N("b again")
del p
print("--")
p = Plain()
p.x = N("x")
p.y = N("y")
names = p.__dict__
del p
print("the dict holds them")
del names
print("--")


class Slotted:
    __slots__ = ("zeta", "alpha", "mid")


s = Slotted()
s.alpha = N("alpha")
s.zeta = N("zeta")
s.mid = N("mid")
del s
print("--")


class More(Slotted):
    __slots__ = ("extra",)


s = More()
s.extra = N("extra")
s.alpha = N("alpha")
s.mid = N("mid")
del s
print("--")


class Both(Slotted):
    pass


s = Both()
s.attribute = N("attribute")
s.alpha = N("alpha")
del s
print("--")


class MyList(list):
    pass


m = MyList([N("item0"), N("item1")])
m.attribute = N("attribute")
del m
print("--")


class MyTuple(tuple):
    pass


m = MyTuple([N("item0"), N("item1")])
m.attribute = N("attribute")
del m
print("--")


class MyDict(dict):
    def __del__(self):
        print("MyDict", len(self))


m = MyDict(a=N("a"), b=N("b"))
m.attribute = N("attribute")
del m
print("--")


class Base:
    def __del__(self):
        print("Base")


class Derived(Base):
    def __del__(self):
        print("Derived")
        super().__del__()


d = Derived()
d.held = N("held")
d.__dict__ = {"other": N("other")}
print("dict replaced")
del d
print("--")
p = Plain()
p.__class__ = WithDel
del p
