# The frames that a delegate sees when an exception is thrown through the generators above it.
import sys
def names():
    f=sys._getframe(1); r=[]
    while f: r.append(f.f_code.co_name); f=f.f_back
    return r
def f():
    try: yield 1
    except ValueError: print(names())
    try: yield 2
    except ValueError: print(names())
    return 3
def g(): 
    x= yield from f(); print('g',x, names())
    yield 9
def h():
    yield from g()
x=h(); next(x); x.throw(ValueError); x.throw(ValueError)
class It:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self,*a): print('it', names()); raise StopIteration(7)
    def close(self): print('close', names())
def k():
    print((yield from It()))
    yield 5
def kk(): yield from k()
x=kk(); next(x); print(x.throw(ValueError))
x=kk(); next(x); x.close()
def m():
    try: yield 1
    finally: print('fin', names())
def mm(): yield from m()
def mmm(): yield from mm()
x=mmm(); next(x); x.close()
x=mmm(); next(x); del x
