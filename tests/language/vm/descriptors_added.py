# A class attribute becomes a descriptor after code has specialized for it: its type gets __get__ or __set__, another base, or it
# another class.


class Plain:
    pass


class Holder:
    value = Plain()

    def __init__(self):
        self.value = "own"


class Shown:
    value = Plain()


def read(op):
    return op.value


def write(op, value):
    op.value = value


def call(op):
    return op.value()


def warm(op):
    for _ in range(200):
        read(op)
        write(op, read(op))


holder, shown = Holder(), Shown()
warm(holder)
for _ in range(200):
    shown_before = read(shown) is Shown.__dict__["value"]
print(read(holder), shown_before)

Plain.__get__ = lambda self, op, owner: "got"
print(read(holder), read(shown))
Plain.__set__ = lambda self, op, value: print("set", value)
print(read(holder), read(shown))
write(holder, 1)
warm_reads = [read(holder) for _ in range(200)]
del Plain.__set__
print(read(holder), read(shown))
write(holder, "again")
print(read(holder))


class Base:
    pass


class WithSet:
    def __get__(self, op, owner):
        return "with"

    def __set__(self, op, value):
        print("stored", value)


class Middle(Base):
    pass


class Third:
    value = Middle()

    def __init__(self):
        self.__dict__["value"] = lambda: "called"


third = Third()
for _ in range(200):
    call(third), read(third)
Middle.__bases__ = (WithSet,)
print(read(third))
write(third, 2)
Middle.__bases__ = (Base,)
print(call(third))
for _ in range(200):
    call(third)
Third.__dict__["value"].__class__ = WithSet
print(read(third))
try:
    call(third)
except TypeError as error:
    print(error)
