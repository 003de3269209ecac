# What is used before it is ready, or after it was given up.
import io
import sys


class Meta(type):
    turns = 0

    def mro(cls):
        if Meta.turns < 2 and cls.__mro__ is None:
            Meta.turns += 1
            cls.__bases__ += ()
            try:
                cls.__bases__ = (Failing,)
            except Exception as error:
                print(type(error).__name__)
        return type.mro(cls)


class FailingMeta(type):
    def mro(cls):
        if len(cls.__name__) == 1:
            raise ValueError("no order")
        return type.mro(cls)


class Failing(metaclass=FailingMeta):
    pass


class A(metaclass=Meta):
    pass


print(A.__bases__, A.__mro__, Meta.turns)

for one in (sys.flags, sys.version_info):
    for make in (type(one), type(one).__new__, type(one).__call__):
        try:
            make(type(one))
        except TypeError as error:
            print(error)


def detached():
    """The stream dies with an error of its buffer's that nobody may see."""
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"text")), encoding="utf-8")
    stream.buffer.detach()
    try:
        return repr(stream)
    finally:
        del stream


print(detached())
try:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"text")), encoding="utf-8")
    stream.buffer.detach()
    raise KeyError("kept")
except KeyError as error:
    del stream
    print(repr(error))
