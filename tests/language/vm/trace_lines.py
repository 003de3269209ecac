# The events of sys.settrace(), line by line.
import sys
def trace_of(f, *a):
    out=[]
    base=f.__code__.co_firstlineno
    def tr(frame, ev, arg):
        out.append((ev[:4], frame.f_lineno-base, frame.f_code.co_name if frame.f_code is not f.__code__ else ''))
        return tr
    sys.settrace(tr)
    try: f(*a)
    except Exception as e: out.append(repr(e))
    finally: sys.settrace(None)
    print(f.__name__, *out)
def g(*a, **k): return 1
def w3():
    n=3
    while n:
        n-=1
    else:
        g()
def w4():
    n=3
    while True:
        n-=1
        if n==0: break
def w5():
    n=3
    while 1: 
        n-=1
        if n: continue
        break
def f1():
    for i in range(2): g()
def f2():
    for i in range(2):
        g()
    else: g()
def c5():
    return [i for i in range(2)]
def m1():
    g(1,
      2,
      3)
def m2():
    g(
      1,
      g(2),
      g(
        3
      ),
      k=4
    )
def m5():
    x = [1,
         g(),
         3]
def m6():
    x = {'a': 1,
         'b': g()}
def m8():
    x = (g()
         if g()
         else g())
def t1():
    try:
        1/0
    except ZeroDivisionError:
        g()
    else:
        g()
    finally:
        g()
def t2():
    try:
        g()
    except ValueError: pass
    else: g()
    finally: g()
class CM:
    def __enter__(s): return s
    def __exit__(s,*a): return True
def wi1():
    with CM() as a, \
         CM() as b:
        g()
    g()
def wi2():
    with CM():
        1/0
    g()
def wi3():
    with CM(): g()
def ma(x=1):
    match x:
        case 2: g()
        case [a, b]:
            g()
        case 1:
            g()
        case _:
            g()
def gen():
    yield 1
    x = yield 2
    return 3
def fs():
    x = f'{g()} {g()}' \
        f'{g(1)}'
def ifs(x=0):
    if x: g()
    if not x: g()
    if x:
        pass
    else:
        pass
def nest():
    for i in range(2):
        if i:
            continue
        for j in range(1):
            break
        else:
            g()
def tr_ret():
    for i in range(2):
        try:
            return g()
        finally:
            g()
def stmts():
    raise ValueError(
       1
    )
for n,f in list(globals().items()):
    if callable(f) and n not in ('trace_of','g','CM','gen') and hasattr(f,'__code__'): trace_of(f)
