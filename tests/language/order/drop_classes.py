# Classes are cycles: they go at a collection, their namespace in its order.
import gc

gc.disable()


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


class Holder:
    first = N("class first")
    second = N("class second")


Holder.first = N("class first again")
Holder.third = N("class third")
del Holder.second
print("changed")
h = Holder()
h.attribute = N("instance attribute")
del Holder
print("the instance keeps the class")
del h
print("instance gone")
gc.collect()
print("--")


class Meta(type):
    def __del__(cls):
        print("class", cls.__name__, "goes")


class Made(metaclass=Meta):
    pass


del Made
print("collecting")
gc.collect()
print("--")


class Base(metaclass=Meta):
    pass


class Derived(Base):
    pass


print(len(Base.__subclasses__()))
del Derived
gc.collect()
print(len(Base.__subclasses__()))
del Base
gc.collect()
print("--")


def body():
    class Local:
        value = N("in a local class")
    return Local().value.name


print(body())
gc.collect()
print("--")


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = name

    def __del__(self):
        print("descriptor", self.name)


class Uses:
    a = Descriptor()
    b = Descriptor()


del Uses.a
del Uses
gc.collect()
print("--")


class Swapped:
    __slots__ = ()

    @property
    def p(self):
        return 1

    @staticmethod
    def s():
        pass


N.extra = N("held by its own class")
del N.extra
print("end")
