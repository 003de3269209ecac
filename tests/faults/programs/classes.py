# Classes, instances, inheritance, descriptors, methods.


class Meta(type):
    def __new__(meta, name, bases, names):
        names["made_by"] = meta.__name__
        return super().__new__(meta, name, bases, names)


class Base(metaclass=Meta):
    __slots__ = ("a", "__weakref__")

    def __init__(self, a):
        self.a = a

    @property
    def twice(self):
        return self.a * 2

    @classmethod
    def make(cls, *args, **names):
        return cls(*args, **names)


class Derived(Base):
    def __init__(self, a, *rest, key=None):
        super().__init__(a)
        self.rest, self.key = rest, key

    def __eq__(self, other):
        return self.a == other.a

    def __hash__(self):
        return hash(self.a)

    def __getattr__(self, name):
        if name.startswith("made_up"):
            return name
        raise AttributeError(name)


things = [Derived.make(i, i, key=str(i)) for i in range(30)]
for thing in things:
    thing.extra = [thing.a]
print(sum(t.twice for t in things), Derived.made_by, things[3] == things[4], len(set(things)), things[0].made_up)
print([c.__name__ for c in Derived.__mro__], hasattr(things[0], "nothing"), isinstance(things[0], Base))
print(type("Made", (Derived,), {"x": 1})(5).rest, sorted(vars(things[2])))
