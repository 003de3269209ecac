# SyntaxErrors of the compiler (not of the parser): message and place; and its SyntaxWarnings.
import warnings

SNIPPETS = r'''
return 1
---
class A:
    return 1
---
yield 1
---
class A: yield
---
await x
---
def f(): await x
---
def f():
    async for x in y: pass
---
def f():
    async with y: pass
---
def f(): [x async for x in y]
---
async def f(): yield from x
---
async def f():
    yield 1
    return 2
---
break
---
continue
---
def f():
    if x: break
---
for x in y:
    def f(): continue
---
try: pass
except: pass
except E: pass
---
def f(a, a): pass
---
def f(a, *, a): pass
---
lambda a, b, a: 0
---
def f(a):
    global a
---
def f(a):
    nonlocal a
---
nonlocal x
---
def f():
    nonlocal x
---
def f():
    x = 1
    global x
---
def f():
    print(x)
    global x
---
def f():
    x: int
    global x
---
def f():
    global x
    x: int
---
def f():
    x = 1
    def g():
        nonlocal x
        x: int = 2
---
def f():
    def g():
        global x
        nonlocal x
---
def f():
    x = 1
    def g():
        x = 2
        nonlocal x
---
def f():
    from a import *
---
class A:
    from a import *
---
[x := 1 for x in y]
---
[x for x in (y := z)]
---
class A:
    [x := 1 for y in z]
---
[[(j := 0) for i in range(5)] for j in range(5)]
---
[i for i in range(5) if (j := 0) for j in range(5)]
---
def f(): [(yield x) for x in y]
---
def f(): ((yield x) for x in y)
---
def f(): {(yield x) for x in y}
---
def f(): {(yield x):1 for x in y}
---
__debug__ = 1
---
del __debug__
---
def f(__debug__): pass
---
def __debug__(): pass
---
class __debug__: pass
---
x.__debug__ = 1
---
f(__debug__=1)
---
import __debug__
---
for __debug__ in x: pass
---
a, *b, *c = x
---
*a = x
---
*a, = x
---
x = *a
---
f(a=1, a=2)
---
f(**a, b=1, b=2)
---
from __future__ import braces
---
from __future__ import nonsense
---
x = 1
from __future__ import annotations
---
"doc"
from __future__ import annotations
def f(x: (yield)): pass
---
from __future__ import annotations
def f(x: (y := 1)): pass
---
from __future__ import annotations
async def f(x: (await y)): pass
---
match x:
    case a: pass
    case b: pass
---
match x:
    case _: pass
    case b: pass
---
match x:
    case [a, a]: pass
---
match x:
    case [a] | [b]: pass
---
match x:
    case [*a, *b]: pass
---
match x:
    case {"a": 1, "a": 2}: pass
---
match x:
    case A(x=1, x=2): pass
---
match x:
    case a | 1: pass
---
match x:
    case (_ | 1): pass
---
match x:
    case (1 | _ | 2): pass
---
match x:
    case (a as a): pass
---
try: pass
except* E: return
---
for x in y:
    try: pass
    except* E: break
---
def f():
    for x in y:
        try: pass
        except* E: continue
---
for a1 in x:
 for a2 in x:
  for a3 in x:
   for a4 in x:
    for a5 in x:
     for a6 in x:
      for a7 in x:
       for a8 in x:
        for a9 in x:
         for b1 in x:
          for b2 in x:
           for b3 in x:
            for b4 in x:
             for b5 in x:
              for b6 in x:
               for b7 in x:
                for b8 in x:
                 for b9 in x:
                  for c1 in x:
                   for c2 in x:
                    for c3 in x: pass
---
def f():
    try: pass
    finally:
        continue
---
a[*b] = 1
---
x = (*a)
---
del *a
---
print(*a for a in b)
---
def f(x):
    class C:
        nonlocal x
        x = 1
        def g(self):
            nonlocal y
---
{**{}, 'a':1, *b}
---
async def f():
    def g(): [x async for x in y]
---
async def f():
    return [x for x in [y async for y in z]]
---
def f():
    return lambda: await x
---
(a, b): int
---
[a]: int
---
f() += 1
---
def f(*, a=1, **k): global k
---
def f():
    import a.b
    global a
---
def f():
    for i in x: pass
    global i
---
class A:
    x = 1
    nonlocal x
---
x = [i := 0, j := 1 for k in z]
---
lambda: (yield)
---
class A:
    lambda: (yield)
    x = (yield)
---
"%s" % (1,) is 3
---
x = 1 is 1
---
x = y is not 'a'
---
None is x is ()
---
assert (x, "message")
---
assert ()
---
'abc'(1)
---
[1](2)
---
x = [(1, 2) (3, 4)]
---
[1, 2]['a']
---
"abc"[1.5]
---
x = 5[0]
---
{1, 2}[0]
---
(lambda: 0)[1]
---
f"{x}"['a']
'''.strip("\n").split("\n---\n")

for source in SNIPPETS:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "<test>", "exec")
            print("compiled")
        except SyntaxError as e:
            print(e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
    for w in sorted({(x.category.__name__, str(x.message), x.lineno) for x in caught}):
        print(w)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            compile(source, "<test>", "exec")
        except SyntaxError as e:
            print(e.msg, e.lineno, e.offset)
