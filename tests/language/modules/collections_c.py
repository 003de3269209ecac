# deque, defaultdict and what else module _collections offers.
from _collections import deque, defaultdict, _count_elements, _tuplegetter
d = deque(range(5), maxlen=4); print(d, d.maxlen, d[0], d[-1]); d.append(9); d.appendleft(8); print(d, len(d), 2 in d)
d.rotate(1); print(d); d.rotate(-2); print(d); d.reverse(); print(d, d.index(3), d.count(3)); d.remove(3); print(d)
e = deque([1,2]); e.insert(1, 7); e *= 3; print(e, e + deque([0]), e * 2 == e + e, e < deque([2]), list(reversed(e)))
del e[0]; e[0] = 'x'; print(e, e.copy(), e.pop(), e.popleft())
try:
    for x in e: e.append(1)
except RuntimeError as x: print(x)
e.clear(); e.append(e); print(e); e.clear()
try: e.pop()
except IndexError as x: print(x)
m = deque([1,2,3], 2); m *= 5; print(m)
q = defaultdict(list, a=[1]); q['b'].append(2); print(q, q.default_factory, q | {'c': 1}, q.copy())
try: defaultdict()['x']
except KeyError as x: print(repr(x))
c = {}; _count_elements(c, 'hello'); print(c)
class P(tuple): x = _tuplegetter(0, 'doc')
print(P((4,5)).x, P.x, P.x.__doc__)
class D(deque): pass
z = D([1,2]); z.foo = 1; print(z, type(z).__name__)
cyc = defaultdict(list); cyc['me'] = cyc; del cyc
