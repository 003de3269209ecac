# _functools: partial, reduce, cmp_to_key and the cache behind lru_cache.
import gc
from _functools import partial, reduce, cmp_to_key, _lru_cache_wrapper

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

def f(*args, **kw):
    return args, kw

# partial
p = partial(f, 1, x=2)
print(p(3), p(3, x=4, y=5), p.args, p.keywords, p.func is f)
q = partial(p, 9, z=1)
print(q.args, q.keywords, q.func is f, q(), partial(f)(), partial(f, 1, 2, 3, 4, 5, 6, 7, 8)(9, k=1))
p.note = 'n'
print(partial(p).func is p, p.__dict__, partial(p).__dict__)
class P(partial): pass
print(P(f).func is f, repr(P(len, 1, a='b')), repr(partial(len, [1], b=2)), partial(P(f)).func.__class__)
cyclic = partial(f); cyclic.__setstate__((cyclic, (), {}, {}))
print(repr(cyclic)); cyclic.__setstate__((f, (), {}, {})); del cyclic
show(partial); show(partial, 3); show(p.__setstate__, 1); show(p.__setstate__, (1, 2, 3, 4))
p.__setstate__((f, [7].__class__ and (7,), None, None)); print(p(), p.__dict__)
print(partial(f, 1).__reduce__()[2][1:], partial[int], partial(int, base=2)('101'))
class Kept:
    def __call__(self, *args): one.__setstate__((f, (), {}, {})); return args
one = partial(Kept(), 'a'); print(one('b'), one('b'))
for i in range(3): loop = partial(f); loop.me = loop
del loop; print(gc.collect() > 0)

# reduce
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(max, (), 5), reduce(max, [4]))
show(reduce, max, []); show(reduce, max, 5); show(reduce, max); show(reduce, lambda a, b: 1 // 0, [1, 2])

# cmp_to_key
K = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=K), K(1) < K(2), K(1) == K(1), K(1) >= K(2), K(obj=4).obj)
show(hash, K(1)); show(K); show(K, 1, 2); show(lambda: K(1) < 1); show(lambda: K < K); show(type(K))
show(lambda: cmp_to_key(lambda a, b: 1 // 0)(1) < K(1)); print(type(cmp_to_key(mycmp=4))); show(cmp_to_key)

# lru_cache
class Info(tuple):
    def __new__(cls, *args): return tuple.__new__(cls, args)
calls = []
def slow(*args, **kw):
    calls.append((args, kw)); return len(calls)
c = _lru_cache_wrapper(slow, 2, False, Info)
print(c(1), c(2), c(1), c(3), c(2), c(1), c.cache_info(), calls)
print(c(1.0), c(True), c('1'), c(a=1), c(a=1), c(a=1, b=2), c(b=2, a=1), c.cache_info())
c.cache_clear(); print(c.cache_info())
t = _lru_cache_wrapper(slow, None, True, Info)
print(t(1), t(1.0), t(1), t(x=1), t(x=1.0), t.cache_info())
n = _lru_cache_wrapper(slow, 0, False, Info); print(n(1), n(1), n.cache_info())
show(c, []); show(_lru_cache_wrapper, 1, 1, 1, 1); show(_lru_cache_wrapper, len, 1.0, 1, 1); show(_lru_cache_wrapper)
print(_lru_cache_wrapper(slow, -5, False, Info).cache_info(), c.__copy__() is c, c.__deepcopy__({}) is c)
class C:
    m = _lru_cache_wrapper(lambda self, x: (type(self).__name__, x), 10, False, Info)
print(C().m(4), C.m.cache_info(), C.__dict__['m'].__get__(None, C) is C.m)
c.x = 1; c.__qualname__ = 'q'; print(c.__dict__, c.__reduce__())

# the function fills the cache, clears it, or calls itself meanwhile
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
fib = _lru_cache_wrapper(fib, 3, False, Info); print(fib(30), fib.cache_info())
def clearing(n): again.cache_clear(); return n
again = _lru_cache_wrapper(clearing, 1, False, Info); print([again(i) for i in (1, 1, 2, 1)], again.cache_info())
class D:
    def __init__(self, n): self.n = n
    def __del__(self): held(self.n + 1) if held and self.n < 5 else None
held = _lru_cache_wrapper(D, 1, False, Info)
held(0); held(1); held.cache_clear(); print(held.cache_info()); held.cache_clear()
class Bad:
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, other):
        if fail: raise ValueError('eq')
        return self.n == other.n
fail = False
b = _lru_cache_wrapper(lambda x: x.n, 2, False, Info)
one, two = Bad(1), Bad(2)
print(b(one), b(two), b(Bad(1)))
fail = True; show(b, Bad(3)); fail = False; print(b(Bad(4)), b(Bad(5)), b.cache_info())
loop = _lru_cache_wrapper(lambda x: loop, 3, False, Info); loop(1); loop((1, 2)); del loop
print(gc.collect() > 0)
