# Frames, tracebacks, local variables, function attributes as Python sees them.
import sys


def here():
    return sys._getframe(1)


def simple(a, b=2):
    c = a + b
    frame = here()
    return frame


f = simple(1)
print(f.f_code.co_name, sorted(f.f_locals), f.f_lineno - simple.__code__.co_firstlineno, f.f_back.f_code.co_name)
print(f.f_globals is globals(), f.f_builtins is __builtins__.__dict__, f.f_trace, f.f_trace_lines, f.f_trace_opcodes)
f.clear()
print(sorted(f.f_locals))
try:
    sys._getframe().clear()
except RuntimeError as error:
    print(error)


def outer():
    x = 1
    y = [2]

    def inner():
        nonlocal x
        x += 1
        return sorted(locals().items())
    return inner(), sorted(k for k in locals() if k != "inner")


print(outer())


class Body:
    z = 5
    names = sorted(n for n in locals() if not n.startswith("__"))

    def method(self):
        return __class__, sorted(locals())


print(Body.names, Body().method()[1])


def unbound(flag):
    if flag:
        value = 1
    try:
        print(value)
    except UnboundLocalError as error:
        print(error)
    del flag
    try:
        flag
    except UnboundLocalError as error:
        print(error)

    def free():
        return later
    try:
        free()
    except NameError as error:
        print(error, error.name)
    later = 1
    return free()


unbound(False)
unbound(True)
try:
    undefined
except NameError as error:
    print(error, error.name)
try:
    del undefined
except NameError as error:
    print(error)


def level3():
    raise KeyError("deep")


def level2():
    level3()


def level1():
    try:
        level2()
    except KeyError as error:
        tb = error.__traceback__
        names = []
        while tb:
            names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno, tb.tb_lasti >= 0))
            tb = tb.tb_next
        return names


print(level1())
try:
    level2()
except KeyError as error:
    saved = error
tb = saved.__traceback__
print(tb.tb_next.tb_frame.f_back is tb.tb_frame, tb.tb_next.tb_next.tb_frame.f_back.f_code.co_name)
print(tb.tb_next.tb_next.tb_next, type(tb), dir(tb)[-4:])
try:
    tb.tb_next.tb_next.tb_next = tb
except ValueError as error:
    print(error)
tb.tb_next = None
print(saved.__traceback__.tb_next)
import types
made = types.TracebackType(tb, tb.tb_frame, 4, 77)
print(made.tb_lineno, made.tb_lasti, made.tb_next is tb)


def chained():
    try:
        try:
            raise ValueError(1)
        except ValueError:
            raise KeyError(2)
    except KeyError as error:
        print(repr(error.__context__), error.__cause__, error.__suppress_context__)
    try:
        try:
            raise ValueError(1)
        except ValueError as error:
            raise KeyError(2) from None
    except KeyError as error:
        print(repr(error.__context__), error.__cause__, error.__suppress_context__)
    try:
        raise
    except RuntimeError as error:
        print(error)
    for bad in (1, "text", int, None):
        try:
            raise bad
        except TypeError as error:
            print(error)
    try:
        raise ValueError from 1
    except TypeError as error:
        print(error)
    try:
        try:
            1 / 0
        except 5:
            pass
    except TypeError as error:
        print(error, repr(error.__context__))
    try:
        1 / 0
    except (KeyError, (ArithmeticError,)) if False else (KeyError, ArithmeticError) as error:
        print(repr(error))
    try:
        error
    except UnboundLocalError as gone:
        print(gone)


chained()


def finallies():
    result = []
    for i in range(5):
        try:
            if i == 0:
                continue
            if i == 1:
                raise ValueError
            if i == 3:
                break
            result.append(i)
        except ValueError:
            result.append("caught")
        else:
            result.append("else")
        finally:
            result.append("finally %d" % i)
    try:
        return result
    finally:
        result.append("last")


print(finallies())


def override():
    try:
        raise KeyError
    finally:
        return "swallowed"


def nested_return():
    for i in range(3):
        try:
            try:
                return i
            finally:
                1 / 0
        except ZeroDivisionError:
            continue
    return "fell"


print(override(), nested_return())


def exc_info_stack():
    print(sys.exc_info())
    try:
        raise KeyError("a")
    except KeyError:
        try:
            raise ValueError("b")
        except ValueError:
            print(repr(sys.exc_info()[1]), repr(sys.exc_info()[1].__context__))
        print(repr(sys.exc_info()[1]))
    print(sys.exc_info())


exc_info_stack()


def documented(a: int, b: "str" = 1, *c: list, d: float = 2.0, **e) -> dict:
    """Has a doc."""
    return a


print(documented.__doc__, documented.__annotations__, documented.__defaults__, documented.__kwdefaults__)
print(documented.__module__, documented.__name__, documented.__qualname__, documented.__closure__, documented.__dict__)
documented.attribute = 5
print(documented.__dict__, vars(documented) is documented.__dict__, documented.attribute)
for name, value in (("__code__", 1), ("__defaults__", 1), ("__kwdefaults__", 1), ("__annotations__", 1), ("__name__", 1),
                    ("__qualname__", 1), ("__globals__", {}), ("__closure__", ())):
    try:
        setattr(documented, name, value)
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


def closure():
    a, b = 1, 2
    return lambda: (a, b)


c = closure()
print([cell.cell_contents for cell in c.__closure__], c.__code__.co_freevars, c.__qualname__)
c.__closure__[0].cell_contents = 10
print(c(), c.__closure__[0] == c.__closure__[1], c.__closure__[0] > c.__closure__[1])
for bad in (lambda: types.FunctionType(c.__code__, {}), lambda: types.FunctionType(c.__code__, {}, None, None, ()),
            lambda: types.FunctionType(simple.__code__, {}, 1), lambda: setattr(simple, "__code__", c.__code__),
            lambda: types.CellType().cell_contents, lambda: types.FunctionType(c.__code__, {}, closure=(1, 2))):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
new = types.FunctionType(simple.__code__, {"here": lambda: 5}, "new", (7,))
print(new(1), new.__name__, new.__defaults__)
print(repr(types.CellType(1))[:8], repr(types.CellType()).split(": ")[1][:5], types.CellType(3).cell_contents)


class WithMethod:
    def method(self):
        """Method doc."""


m = WithMethod().method
print(m.__self__.__class__.__name__, m.__func__ is WithMethod.method, m.__doc__, m.__name__, repr(m).split(" at ")[0])
for bad in (lambda: types.MethodType(1, 2), lambda: types.MethodType(len, None), lambda: setattr(m, "x", 1)):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
print(eval("a + b", {"a": 1}, {"b": 2}), end=" ")
namespace = {}
exec("x = 1\ndef f(): return x\ny = [f() for _ in range(2)]", namespace)
print(namespace["y"], sorted(k for k in namespace if k != "__builtins__"))
try:
    exec("print(nothing)", {})
except NameError as error:
    print(error)


class Namespace(dict):
    def __missing__(self, key):
        return "missing " + key


exec("y = anything; z = anything2", {}, (ns := Namespace()))
print(ns)


def many():
    v0 = v1 = v2 = v3 = v4 = v5 = v6 = v7 = v8 = v9 = 1
    return v0 + v1 + v2 + v3 + v4 + v5 + v6 + v7 + v8 + v9


print(many())


class Del:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, sys._getframe(1).f_code.co_name)


def order():
    a = Del("a")
    b = Del("b")
    a = None
    print("between")
    return 5


print(order())


def arguments(x, y):
    x = None
    print("x gone")


arguments(Del("x"), Del("y"))
[Del("item") for _ in range(2)]
Del("temporary").name
print("end")
