# Generic aliases, unions, namespaces, modules, exception groups and the attributes of exceptions.
import sys
class N: pass
U = int | str | None
print(U, hash(U) == hash(None | str | int), U == (None | str | int), list[int] | None, isinstance(1, U), isinstance(None, U), isinstance([], U))
try: int | 1
except TypeError as e: print(e)
G = dict[str, list[int]]
print(G, G.__origin__, G.__args__, G.__parameters__, G == dict[str, list[int]], G(), [*tuple[int]], hash(G) == hash(dict[str, list[int]]))
for f in (lambda: isinstance([], list[int]), lambda: issubclass(list, list[int]), lambda: list[int][str], lambda: list[int].x, lambda: type(list[int])(int)):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
class L(list[int]): pass
print(L.__bases__, L.__orig_bases__)
NS = type(sys.implementation)
s = NS(a=1, b=[2]); s.s = s
print(s, s == NS(a=1), NS(x=1) == NS(x=1), NS(y=2).__reduce__())
M = type(sys)
m = M("m", "doc"); m.x = 1
print(m, m.__doc__, sorted(m.__dict__), m.__annotations__, dir(m))
try: m.y
except AttributeError as e: print(e, e.name, e.obj is m)
m.__getattr__ = lambda n: n + "!"
print(m.zz)
g = ExceptionGroup("m", [ValueError(1), ExceptionGroup("n", [TypeError(2), ValueError(3)])])
g.add_note("note")
print(g.split(ValueError), g.subgroup(lambda e: isinstance(e, TypeError)), g.derive([KeyError()]))
a, b = g.split(ValueError)
print(a.__notes__, b.__notes__, a.__notes__ is not g.__notes__)
try:
    try: raise g
    except* TypeError as e: print("T", repr(e))
    except* ValueError as e:
        print("V", repr(e)); raise
except ExceptionGroup as e: print("again", repr(e))
try:
    try: raise ValueError(1)
    except* ValueError as e: raise KeyError(2)
except BaseException as e: print(repr(e))
try:
    try: raise ExceptionGroup("a", [ValueError(1), TypeError(2)])
    except* ValueError as e: raise KeyError(2)
    except* TypeError as e: raise
except BaseException as e: print(repr(e))
print([].append.__qualname__, len.__name__, [].append.__self__, len, len.__module__, [].append == [].append, hash(len) == hash(len), len.__doc__ is not None)
def ff():
    try: 1/0
    finally:
        try: [][1]
        except IndexError: pass
try: ff()
except Exception as e: print(repr(e), repr(e.__context__))
e1 = ValueError(1); e2 = KeyError(2)
try:
    try: raise e1
    except ValueError: raise e2
except KeyError: pass
try:
    try: raise e2
    except KeyError: raise e1
except ValueError: pass
print(e1.__context__ is e2, e2.__context__ is None)
class Own(OSError):
    def __init__(self, a): self.a = a
print(Own(5).args, Own(5).a, Own(5).errno)
class Own2(OSError):
    def __new__(cls, *a): return super().__new__(cls, *a)
print(repr(Own2(2, "x")), OSError(2, "x", "f").__reduce__(), BlockingIOError(11, "x", 5).characters_written)
e = ImportError("m", name="n", path="p"); print(e.msg, e.name, e.path, e.__reduce__())
print(StopIteration(1, 2).value, SystemExit(1, 2).code, SystemExit().code)
e = SyntaxError("m", ("f", 1, 2, "t", 3, 4)); print(e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e.print_file_and_line)
x = BaseException(1, 2); x.__setstate__({"foo": 3}); print(x.foo, x.__reduce__(), x.args, x.with_traceback(None) is x)
import gc
def cyc():
    try: raise ValueError
    except ValueError as e: keep = e
    keep.me = keep
for i in range(5): cyc()
gc.collect()
print("collected")
