# Classes below deque that make something else when they are copied.
from collections import deque
class C(deque):
    pass
d = C([1,2])
print(d.copy())
class D(deque):
    def __iter__(self): pass
d=D([1,2])
for f in (lambda: d.copy(), lambda: d*2, lambda: d+d):
    try: print(len(f()))
    except TypeError as e: print(e)
class X(deque):
    def __new__(cls,*a): return 5
x=deque.__new__(X)
for f in (lambda: x.copy(), lambda: x*2, lambda: x+x, lambda: x*0, lambda: x.__copy__()):
    try: print(f())
    except TypeError as e: print(e)
class Y(deque):
    def __new__(cls,*a): return [1,2]
x=deque.__new__(Y)
for f in (lambda: x.copy(), lambda: x*2, lambda: x+x, lambda: x*0):
    try: print(f())
    except TypeError as e: print(e)
