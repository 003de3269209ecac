# An exception in __del__ goes to sys.unraisablehook; what was in flight stays in flight.
import sys


def hook(info):
    print("unraisable", info.exc_type.__name__, info.exc_value, info.err_msg, info.object.__qualname__,
          info.exc_traceback.tb_lineno)


sys.unraisablehook = hook


class D:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        raise ValueError(self.name)


d = D("plain")
del d
try:
    d = D("while another is in flight")
    try:
        raise KeyError("key")
    except KeyError:
        del d
        raise
except KeyError as error:
    print("still", error, error.__context__)
print(sys.exc_info())


def leaves():
    x = D("local")
    raise IndexError("index")


try:
    leaves()
except IndexError as error:
    print("caught", error, error.__context__)
    del error
print("--")
items = [D("i0"), D("i1"), D("i2")]
del items
print("--")


class Exits:
    def __del__(self):
        raise SystemExit(3)


e = Exits()
e = None
print("not ended")


class Interrupt:
    def __del__(self):
        raise KeyboardInterrupt


e = Interrupt()
e = None


class NotCallable:
    __del__ = None


n = NotCallable()
try:
    del n
except TypeError as error:
    print(error)
print("--")


class Recursion:
    def __del__(self):
        def f():
            f()
        try:
            f()
        except RecursionError:
            print("recursion ended")


r = Recursion()
del r


class Handles:
    def __del__(self):
        try:
            raise OSError("inside")
        except OSError:
            print("context kept", sys.exc_info()[0].__name__)


try:
    raise KeyError
except KeyError:
    h = Handles()
    del h
    print(sys.exc_info()[0].__name__)


def broken(info):
    raise TypeError("the hook")


print("--")


class Static:
    @staticmethod
    def __del__():
        print("a static __del__")


s = Static()
del s


class ByInstance:
    pass


b = ByInstance()
b.__del__ = lambda: print("never: looked up on the type")
del b
ByInstance.__del__ = lambda self: print("added to the class later")
b = ByInstance()
del b
