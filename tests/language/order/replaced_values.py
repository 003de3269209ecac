# The old value falls after the new one stands, so that its finalizer sees the new.
class Tells:
    def __init__(self, name, look):
        self.name = name
        self.look = look

    def __del__(self):
        print("del", self.name, "sees", self.look())


class Box:
    def __repr__(self):
        return "box"


x = Tells("global", lambda: x)
x = "new global"


def local():
    def look():
        return value
    value = Tells("cell", look)
    value = "new in cell"


local()
b = Box()
b.a = Tells("attribute", lambda: b.a)
b.a = "new attribute"
b.__dict__["d"] = Tells("through the dict", lambda: b.d)
b.__dict__["d"] = "new in dict"
l = [None, None]
l[0] = Tells("item", lambda: l[0])
l[0] = "new item"
l[1:] = [Tells("slice", lambda: l[1:])]
l[1:] = ["new slice"]
d = {"k": Tells("value", lambda: d["k"])}
d["k"] = "new value"
d.update(k=Tells("updated", lambda: d["k"]))
d.update(k="newer value")


class Slotted:
    __slots__ = ("s",)


s = Slotted()
s.s = Tells("slot", lambda: s.s)
s.s = "new slot"


class C:
    attribute = None


C.attribute = Tells("class attribute", lambda: C.attribute)
C.attribute = "new class attribute"


def missing(get):
    try:
        return get()
    except (NameError, AttributeError, KeyError, IndexError) as error:
        return type(error).__name__


y = Tells("deleted global", lambda: missing(lambda: y))
del y
b.gone = Tells("deleted attribute", lambda: missing(lambda: b.gone))
del b.gone
d["gone"] = Tells("deleted value", lambda: missing(lambda: d["gone"]))
del d["gone"]
l.append(Tells("deleted item", lambda: len(l)))
del l[-1]
s.s = Tells("deleted slot", lambda: missing(lambda: s.s))
del s.s
for i in [Tells("loop 0", lambda: i if isinstance(i, str) else i.name), Tells("loop 1", lambda: "-")]:
    pass
i = "after the loop"
try:
    raise ValueError(Tells("exception", lambda: missing(lambda: e)))
except ValueError as e:
    pass


def function(arg=Tells("default", lambda: function.__defaults__)):
    pass


function.__defaults__ = ("new",)
function.__dict__["x"] = Tells("function attribute", lambda: function.x)
function.x = "new"
g = globals()
g["z"] = Tells("through globals()", lambda: z)
g["z"] = "new z"
