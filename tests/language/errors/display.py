# Tracebacks, chains, groups, notes, suggestions and SyntaxErrors, as sys.excepthook shows them.
import sys
sys.stderr = sys.stdout
def show(f):
    try:
        f()
    except BaseException:
        sys.excepthook(*sys.exc_info())
def r(n): r(n+1)
def rec():
    sys.setrecursionlimit(60)
    try: r(0)
    finally: sys.setrecursionlimit(1000)
show(rec)
def rr(n):
    if n == 0: 1/0
    rr(n-1)
show(lambda: rr(6))
show(lambda: rr(4))
def a():
    x = {"a": {"b": None}}
    return x["a"]["b"]["c"]["d"]
show(a)
def b():
    xé = 1; return xé + "é" + (
      2)
show(b)
def c():
    return foo.bar(1,
       2, 3)
show(c)
def d():
    forr = 1
    return fro
show(d)
def e():
    retrun = 1
    return lne([])
show(e)
show(lambda: [].apend(1))
show(lambda: "".Upper())
class A:
    blech = None
show(lambda: A().bluch)
show(lambda: A().somethingelse)
def n():
    e = ValueError("x"); e.add_note("note 1\nline 2"); e.add_note(""); e.__notes__.append(3); raise e
show(n)
def n2():
    e = ValueError("multi\nline"); e.__notes__ = 5; raise e
show(n2)
def s():
    compile("a b = 1", "fn", "exec")
show(s)
show(lambda: compile("  x = (1,\n", "fn", "exec"))
show(lambda: compile("f(a b, 1)", "fn", "exec"))
show(lambda: compile("if 1:\nx", "fn", "exec"))
show(lambda: compile("'é' 1 + ('a' b)", "fn", "exec"))
def eg():
    raise ExceptionGroup("eg", [ValueError(1), TypeError("t\nu"), ExceptionGroup("in", [KeyError("k"), OSError(2, "x")])])
show(eg)
def eg2():
    try: eg()
    except* ValueError as v: raise RuntimeError("new") from v
show(eg2)
show(lambda: (_ for _ in ()).throw(ExceptionGroup("w", [ValueError(i) for i in range(20)])))
def deep():
    e = ValueError(0)
    for i in range(12): e = ExceptionGroup(str(i), [e])
    raise e
show(deep)
class X(Exception):
    def __str__(self): raise ValueError
def bs(): raise X
show(bs)
class Y(Exception): __module__ = "mod"
def ys(): raise Y("y")
show(ys)
def ctx():
    try: 1/0
    except ZeroDivisionError:
        try: [][1]
        except IndexError: raise KeyError("z")
show(ctx)
def ctx2():
    try: 1/0
    except ZeroDivisionError as e: raise KeyError("z") from None
show(ctx2)
def cyc():
    a = ValueError("a"); b = ValueError("b"); a.__cause__ = b; b.__cause__ = a; raise a
show(cyc)
def big():
    e = ValueError("a"); e.add_note("n")
    try: raise ExceptionGroup("g", [e])
    except Exception as x: x.add_note("gn"); raise
show(big)
sys.tracebacklimit = 1
show(ctx)
sys.tracebacklimit = 0
show(ctx)
del sys.tracebacklimit
def m(): 
    (lambda: 1 if 1/0 else 2)()
show(m)
def mm(): a = [1,2]; a[5] = a[0] + a [ 7 ]
show(mm)
def tabs():
	x = 1;	y = x.foo  +  1
show(tabs)
def mult(): return 1 @ 2 ** 3 // 0
show(mult)
def chained(): return [i for i in range(3) if i / 0]
show(chained)
def decor():
    @undefined_name
    def x(): pass
show(decor)
def cls():
    class Z(undefd): pass
show(cls)
def wi():
    with undefd as x: pass
show(wi)
def im(): from sys import nope
show(im)
def im2(): import nope.x
show(im2)
