# _operator: every function, and the three kinds of getters.
import _operator as o

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

print([getattr(o, n)(-7) for n in ('truth', 'not_', 'neg', 'pos', 'abs', 'inv', 'invert', 'index')])
for n in ('add sub mul floordiv truediv mod pow lshift rshift and_ xor or_ iadd isub imul ifloordiv itruediv imod ipow ilshift '
          'irshift iand ixor ior lt le eq ne gt ge is_ is_not').split():
    print(n, getattr(o, n)(7, 2), end=' ')
print()
a = [1, 2, 3]; b = a
print(o.iconcat(a, [4]) is b, o.concat([1], [2]), o.contains(a, 2), o.countOf([1, 1, 2], 1), o.indexOf(a, 3), o.getitem(a, 0))
o.setitem(a, 0, 9); o.delitem(a, 1); print(a, o.call(f := lambda *a, **k: (a, k), 1, x=2))
show(o.indexOf, a, 77); show(o.concat, 1, 2); show(o.add, 1); show(o.add, 1, 2, 3); show(o.add, 1, b=2); show(o.setitem, 1, 2)
show(o.index, 1.5); show(o.call); show(o.matmul, 1, 2); show(o.imatmul, 1, 2); show(o.contains, 1, 2)
print(o.length_hint([1, 2]), o.length_hint(3, 7)); show(o.length_hint, 3, 'x'); show(o.length_hint, 3, -2**80)
print(o._compare_digest('abc', 'abc'), o._compare_digest(b'abc', bytearray(b'abd')), o._compare_digest('a', 'ab'))
show(o._compare_digest, 'é', 'é'); show(o._compare_digest, 1, b'')

i = o.itemgetter
print(i(1)('ab'), i(1, 'x')({1: 2, 'x': 3}), i(slice(1, 3))('abcd'), i(1), i(1, 2), i((1,)))
show(i); show(i, 1, a=2); show(i(1)); show(i(1), 1, 2); show(i(1), x=1); show(i(5), 'ab'); show(i(1, 5), 'ab')
g = o.attrgetter
class A: pass
x = A(); x.b = A(); x.b.c = 5; x.d = 6
print(g('d')(x), g('b.c')(x), g('b.c', 'd')(x), g('a.b', 'c'), g('real')(3))
show(g); show(g, 1); show(g, 'a', b=1); show(g('a')); show(g('.a'), 1); show(g('d.'), 1); show(g('d', 'nope'), x)
m = o.methodcaller
print(m('upper')('a'), m('replace', 'a', 'b')('aab'), m('split', sep=',')('a,b'), m('x', 1, a=2), m('x'))
print(m('format', 1, 2, 3, 4, 5, 6, 7, 8)('{}{}{}{}{}{}{}{}'))
show(m); show(m, 1); show(m('x')); show(m('x'), 1); show(m('x'), 1, 2); show(m('x'), y=2); show(m, name='x')
print(i(1).__reduce__(), g('a.b', 'c').__reduce__(), m('x', 1).__reduce__())
loop = []; y = i(loop); loop.append(y); print(y); del loop, y
class Drop:
    def __getitem__(self, n): del globals()['keep']; return n
keep = i(*'ab'[:1]); print(keep(Drop()))
