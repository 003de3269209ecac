# _stat, _bisect, _heapq, _locale, _opcode.
import _stat, _bisect, _heapq, _locale, _opcode

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

print({n: getattr(_stat, n) for n in sorted(dir(_stat)) if n[0] != '_' and isinstance(getattr(_stat, n), int)})
for mode in (0o100644, 0o40755, 0o104711, 0o102700, 0o41777, 0o41776, 0o120777, 0o140000, 0o10000, 0o20600, 0o60600, 0):
    print(_stat.filemode(mode), _stat.S_IMODE(mode), _stat.S_IFMT(mode), [n for n in sorted(dir(_stat)) if n.startswith('S_IS')
          and callable(getattr(_stat, n)) and getattr(_stat, n)(mode)])
show(_stat.S_ISDIR, -1); show(_stat.S_ISDIR, 2**33); show(_stat.S_ISDIR, '1')

a = [1, 2, 2, 3]
print(_bisect.bisect_left(a, 2), _bisect.bisect_right(a, 2), _bisect.bisect_left(a, 2, 2), _bisect.bisect_left(a, x=9, lo=0, hi=None))
_bisect.insort_left(a, 2.0); _bisect.insort_right(a, 2.5, lo=1, hi=4); print(a)
words = ['a', 'bb', 'dddd']; _bisect.insort_right(words, 'ccc', key=len); print(words, _bisect.bisect_left(words, 3, key=len))
show(_bisect.bisect_left, [1], 1, -1); show(_bisect.bisect_left, [1], 1, hi=9); show(_bisect.bisect_left, [1], 5, hi=9)
show(_bisect.bisect_left, 1, 1); show(_bisect.bisect_left, {1: 1}, 1); show(_bisect.insort_left, (1, 2), 1); show(_bisect.bisect_left)
show(_bisect.bisect_left, [1], 1, hi='a'); show(_bisect.bisect_left, [1], 1, 'a'); show(_bisect.bisect_left, ['x'], 1)
class L(list):
    def insert(self, i, x): print('insert', i, x); list.insert(self, i, x)
_bisect.insort_right(L([1, 5]), 3)

h = []
for x in (5, 3, 8, 1, 9, 2): _heapq.heappush(h, x)
print(h, _heapq.heappop(h), h, _heapq.heappushpop(h, 0), _heapq.heappushpop(h, 4), _heapq.heapreplace(h, 7), h)
h = [(i * 7919) % 101 for i in range(40)]; _heapq.heapify(h); print(h, [_heapq.heappop(h) for _ in range(40)])
h = [(i * 7919) % 101 for i in range(20)]; _heapq._heapify_max(h); print(h, _heapq._heapreplace_max(h, 4))
print([_heapq._heappop_max(h) for _ in range(20)])
show(_heapq.heappush, (), 1); show(_heapq.heappop, []); show(_heapq.heapreplace, [], 1); show(_heapq.heapify, 1)
show(_heapq.heappush, []); show(_heapq.heappushpop, [], 1); show(_heapq._heappop_max, [])
class E:
    def __lt__(self, other): h.clear(); return True
for call in (_heapq.heapify, _heapq.heappop, lambda h: _heapq.heappush(h, E()), lambda h: _heapq.heapreplace(h, E())):
    h = [E(), E(), E()]; show(call, h)
order = []
class N:
    def __init__(self, n): self.n = n
    def __lt__(self, other): order.append((self.n, other.n)); return self.n < other.n
h = [N(n) for n in (4, 4, 2, 9, 1, 1)]; _heapq.heapify(h); _heapq.heappop(h); _heapq._heapify_max(h); print(order)

print(sorted(n for n in dir(_locale) if n[0] != '_'), _locale.localeconv())
show(_locale.setlocale, _locale.LC_ALL, 'xx'); show(_locale.setlocale, 99); show(_locale.nl_langinfo, 3)
print(_locale.setlocale(_locale.LC_NUMERIC, 'C'), _locale.nl_langinfo(_locale.DAY_1), _locale.nl_langinfo(_locale.RADIXCHAR))
show(_locale.strxfrm, 'ab'); show(_locale.strxfrm, 'a\0b'); show(_locale.strxfrm, 1); show(_locale.strcoll, 'a', 'b')
show(_locale.bindtextdomain, '', 'x'); show(_locale.textdomain, None); show(_locale.dcgettext, None, 'x', 5)
print(_locale.Error.__mro__, _locale.gettext('hello'))
show(_opcode.stack_effect, 9, jump=3); show(_opcode.stack_effect); print(_opcode.get_specialization_stats())
