# What an exception holds: traceback, frames and their names, context, cause.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def fails(arg):
    local = N("local")
    raise ValueError("no")


try:
    fails(N("arg"))
except ValueError:
    print("handling")
print("handled")
try:
    fails(N("arg2"))
except ValueError as error:
    kept = error
print("kept")
kept.__traceback__ = None
print("traceback dropped")
del kept
print("--")


class Error(Exception):
    def __del__(self):
        print("del", *self.args)


try:
    try:
        raise Error("inner")
    except Error:
        raise Error("outer")
except Error as error:
    print("context", error.__context__.args)
print("--")
try:
    raise Error("effect") from Error("cause")
except Error as error:
    print("cause", error.__cause__.args)
print("--")
try:
    raise Error("suppressed") from None
except Error:
    pass
print("--")


def handler():
    try:
        raise Error("in handler")
    except Error as e:
        x = N("after e")
        return "returned"


print(handler())
print("--")
for i in range(2):
    try:
        raise Error("loop", i)
    except Error:
        continue
print("--")
try:
    try:
        raise Error("first")
    finally:
        print("finally")
        raise Error("second")
except Error as error:
    print("caught", *error.args)
print("--")
e = Error("alone")
e.note = N("attribute")
e.add_note("text")
del e
print("--")
e = Error("a")
e.__context__ = Error("b")
e.__cause__ = Error("c")
del e
print("--")
group = ExceptionGroup("g", [Error("g0"), Error("g1")])
del group
print("--")
try:
    raise ExceptionGroup("h", [Error("h0"), ValueError("h1")])
except* Error as matched:
    print(len(matched.exceptions))
except* ValueError:
    print("rest")
print("--")


def deep(n):
    local = N(f"frame {n}")
    if n:
        deep(n - 1)
    raise KeyError(n)


try:
    deep(3)
except KeyError:
    pass
print("end")
