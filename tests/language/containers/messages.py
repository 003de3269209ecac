# Results and error texts of the containers' methods, constructors and operators.


def without_addresses(text):
    parts = text.split(" at 0x")
    return parts[0] + "".join(part.lstrip("0123456789abcdef") for part in parts[1:])


def show(source):
    try:
        value = repr(eval(source))
        print(source, "->", without_addresses(value))
    except BaseException as error:
        print(source, "->", type(error).__name__, error)


CASES = '''\
dict(1,2)
dict(1)
dict([1])
dict([(1,)])
dict([[1,2,3]])
dict(a=1,**{'b':2})
{}.update(1,2)
{}.update(5)
{}.pop()
{}.pop(1,2,3)
{}.pop(1)
{}.popitem()
{}.get()
{}.get(1,2,3)
{}.setdefault()
{}.fromkeys()
{}.fromkeys(1)
{}[1]
{}[[]]
{}|1
{}.__class_getitem__(int)
hash({})
{} < {}
{}.keys()+1
{1:2}.keys()|[3]
{1:2}.items()
{1:2}.values()
{}.keys().isdisjoint(1)
[].index(1)
[].index()
[].index(1,'a')
[1,2][3]
[1,2]['a']
[1,2].pop(5)
[].pop()
[].pop('a')
[].remove(1)
[].insert(1)
[].insert('a',1)
[].append()
[].extend(1)
[]+1
[]*1.5
[1]*'a'
[1]*2**62
[1]*2**70
[].sort(1)
[].sort(key=1,foo=2)
[1,'a'].sort()
[1,2].sort(key=len)
[].__setitem__(0,1)
[].__delitem__(0)
[].__setitem__('a',1)
[1,2].__setitem__(slice(0,2),1)
[1,2,3].__setitem__(slice(0,3,2),[1])
[1,2].__setitem__(slice(0,3,2),1)
[].__delitem__('a')
list(1)
list(1,2)
list(a=1)
list([],a=1)
tuple(1)
tuple(1,2)
tuple(a=1)
()[0]
()['a']
()+1
(1,)+[1]
(1,)*2**62
().index(1)
().count()
(1).__class__
[]<()
[1]<['a']
(1,)<('a',)
set(1)
set(1,2)
set(a=1)
frozenset(a=1)
frozenset(1,2)
set().add([])
set().remove(1)
set().pop()
set().remove({1})
{1} in {2}
[] in set()
set()|1
set() < 1
set().union(1)
set().update(1)
set().__or__(1)
hash(set())
range()
range(1,2,3,4)
range(1,2,0)
range('a')
range(1.5)
range(a=1)
range(3)[5]
range(3)['a']
range(3)[1:2]
range(10)[::-1]
range(3).index(7)
range(3).index('a')
range(2**70).index(2**71)
range(2**100)[-1]
len(range(2**70))
hash(range(3))
range(3)<range(4)
slice()
slice(1,2,3,4)
slice(1,2,3)<slice(1)
hash(slice(1))
slice(1,2,0).indices(5)
slice('a').indices(5)
slice(1).indices(-1)
slice(1).indices('a')
slice(None,None,2).indices(2**70)
enumerate()
enumerate(1)
enumerate([],'a')
enumerate([],1,2)
enumerate(foo=1)
enumerate(iterable=[1],start=2)
enumerate(start=2,iterable=[1])
reversed()
reversed(1)
reversed({1})
reversed([],1)
reversed(a=1)
zip(1)
zip([],1)
zip(a=1)
list(zip([1],[1,2],strict=True))
list(zip([1,2],[1],strict=True))
list(zip([1,2],[1,2],[1],strict=True))
list(zip([1],[1],[1,2],strict=True))
map()
map(1)
map(1,2)
map(a=1)
filter()
filter(1)
filter(1,2)
filter(a=1)
next(iter([]))
iter(1)
iter(1,2)
iter([1]).__setstate__(2**62)
iter([1]).__setstate__('a')
iter([1]).__reduce__()
iter((1,)).__reduce__()
iter({1}).__reduce__()
iter({1:1}).__reduce__()
iter({1:1}.items()).__reduce__()
iter(range(3)).__reduce__()
iter(range(2**70)).__reduce__()
reversed([1]).__reduce__()
reversed((1,)).__reduce__()
reversed(range(3)).__reduce__()
reversed({1:1}).__reduce__()
enumerate([1]).__reduce__()
zip([1]).__reduce__()
map(len,[1]).__reduce__()
filter(None,[1]).__reduce__()
iter(len,1).__reduce__()
range(3).__reduce__()
slice(1).__reduce__()
{1}.__reduce__()
frozenset([1]).__reduce__()
zip([1],strict=True).__reduce__()
[1].copy(1)
[].clear(1)
[].reverse(1)
[].count()
(1,2).count(1,2)
dict.fromkeys([1],2,3)
{}.keys().mapping
iter([1,2]).__length_hint__()
[].__init__(1,2)
[].__lt__(1)
range(3).start
range(3) == range(0,3,1)
range(0) == range(2,2)
[1,2,3].__getitem__(slice('a',1))
[1,2,3][::0]
(1,2,3)[::0]
list.append((),1)
dict.get(1,2)
{1:1}.items() < {1:1,2:2}.items()
{1:1}.keys() & 5
{1:1}.items() ^ {1:2}.items()
{1:1}.keys() - 5
{1:1}.__reversed__()
{}.__or__(1)
{}.__ior__(1)
{}.__ior__([(1,2)])
frozenset().__class_getitem__(int)
[].__class_getitem__(int)
().__getnewargs__()
(1,2).__getnewargs__()
[3,1].sort(reverse='a')
[3,1].sort(reverse=None)
'''

for case in CASES.splitlines():
    show(case)
