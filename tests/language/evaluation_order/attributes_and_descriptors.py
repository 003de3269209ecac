# Which hook runs first: __getattribute__, data descriptors, instance, others, __getattr__.
def say(*words):
    print(*words, end=" ")


class Data:
    def __init__(self, name):
        self.name = name

    def __get__(self, obj, owner):
        say(f"get {self.name}")
        return self.name

    def __set__(self, obj, value):
        say(f"set {self.name}={value}")

    def __delete__(self, obj):
        say(f"delete {self.name}")


class NonData:
    def __init__(self, name):
        self.name = name

    def __get__(self, obj, owner):
        say(f"get {self.name}", obj is None)
        return self.name


class Meta(type):
    data = Data("data of Meta")
    plain = "plain of Meta"

    def __getattr__(cls, name):
        say(f"Meta.getattr {name}")
        return name


class C(metaclass=Meta):
    data = Data("data")
    nondata = NonData("nondata")
    plain = "plain"

    def __getattribute__(self, name):
        say(f"getattribute {name}")
        return super().__getattribute__(name)

    def __getattr__(self, name):
        say(f"getattr {name}")
        if name.startswith("no"):
            raise AttributeError(name)
        return name

    def __setattr__(self, name, value):
        say(f"setattr {name}")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        say(f"delattr {name}")
        super().__delattr__(name)


c = C()
print("|", c.data, c.nondata, c.plain, c.other)
c.data = 1
c.nondata = 2
c.plain = 3
c.fresh = 4
print("|", c.data, c.nondata, c.plain, c.fresh)
del c.data, c.nondata, c.fresh
print("|", c.nondata, hasattr(c, "no_such"), getattr(c, "nothing", "default"))
c.__dict__["data"] = "hidden by the descriptor"
print("|", c.data)
print("|", C.data, C.plain, C.nondata, C.other)
C.data = "replaced in the class"
print("|", C.__dict__["data"].name)
for name in ("no_1",):
    try:
        c.no_1
    except AttributeError as error:
        print("|", error)
try:
    del c.missing
except AttributeError as error:
    print("|", error)


class P:
    @property
    def value(self):
        say("getter")
        return self._value

    @value.setter
    def value(self, new):
        say("setter")
        self._value = new

    @value.deleter
    def value(self):
        say("deleter")
        del self._value

    @property
    def broken(self):
        say("broken")
        raise AttributeError("inside")

    def __getattr__(self, name):
        say(f"getattr {name}")
        return name


p = P()
p.value = 1
p.value += 1
print("|", p.value, p.broken)
del p.value
print("|", p._value)


class Items:
    def __getitem__(self, key):
        say(f"getitem {key}")
        return 10

    def __setitem__(self, key, value):
        say(f"setitem {key}={value}")

    def __delitem__(self, key):
        say(f"delitem {key}")

    def __contains__(self, key):
        say(f"contains {key}")
        return key == 1

    def __len__(self):
        say("len")
        return 1


i = Items()
i[1] += i[2]
del i[3], i[4]
print("|", 1 in i, 2 not in i, bool(i), not i)


class Operators:
    def __init__(self, name):
        self.name = name

    def __iadd__(self, other):
        say("iadd")
        return NotImplemented

    def __add__(self, other):
        say("add")
        return NotImplemented

    def __radd__(self, other):
        say("radd")
        return "result"


class Sub(Operators):
    def __radd__(self, other):
        say("Sub.radd")
        return "sub"


o = Operators("o")
o += Operators("p")if False else Sub("p")
print("|", o)
o = Operators("o")
o += 1 if False else type("Other", (), {"__radd__": lambda self, other: say("Other.radd") or "other"})()
print("|", o)


class New:
    def __new__(cls, *args):
        say("new", *args)
        return object.__new__(cls) if args else "not an instance"

    def __init__(self, *args):
        say("init", *args)


print("|", type(New(1)).__name__, New())


class WithCall(type):
    def __call__(cls, *args):
        say("before")
        made = super().__call__(*args)
        say("after")
        return made


class Made(metaclass=WithCall):
    def __init__(self, x):
        say("init", x)


print("|", type(Made(1)).__name__)
