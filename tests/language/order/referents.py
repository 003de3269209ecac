# What gc.get_referents(), gc.get_referrers() and gc.is_tracked() say, the order included.
import gc, types, functools, weakref, sys
def d(x):
    t=type(x)
    if x is None or isinstance(x,(int,str,bytes,float)): return repr(x)
    if isinstance(x,type): return f'<class {x.__qualname__}>'
    if isinstance(x,(tuple,)): return '('+', '.join(d(i) for i in x)+')'
    if isinstance(x,types.ModuleType): return f'<module {x.__name__}>'
    if isinstance(x,types.FunctionType): return f'<function {x.__qualname__}>'
    if isinstance(x,types.CodeType): return f'<code {x.co_name}>'
    if isinstance(x,dict): return '<dict '+str(sorted(map(str,x))[:3]) +'>'
    if isinstance(x,list): return f'<list {len(x)}>'
    return f'<{t.__name__}>'
def show(name, x, getref=True):
    try:
        r=gc.get_referents(x)
        print(name, gc.is_tracked(x), '|', ', '.join(map(d,r)))
    except Exception as e: print(name, type(e), e)
class A:
    def __init__(s): s.x=[1]; s.y='a'
    def m(s): pass
class S:
    __slots__=('p','q')
class SD(S):
    pass
class W: pass
class M(type): pass
class B(A, metaclass=M): z=1
class L(list): pass
class D(dict): pass
class T(tuple): pass
class I(int): pass
class St(str): pass
class E(Exception): pass
show('dict', {'a':1,'b':[2]}); show('dict2', {1:(1,), (2,):'x'}); show('dict0',{}); show('dictatom',{'a':1}); show('dictt',{'a':(1,2)})
show('list',[1,'a',[]]); show('tuple',(1,'a',[])); show('tuple0',()); t=(1,'a'); show('tupatom',t); gc.collect(); show('tupatom',t)
show('set',{1}); show('fset',frozenset([1])); 
a=A(); show('inst',a); a.__dict__; show('inst dict',a); a.z=3; show('inst dict',a); show('inst.__dict__', a.__dict__)
s=S(); s.p=[1]; s.q=2; show('slots',s); sd=SD(); sd.p=1; sd.w=[2]; show('sd',sd)
show('empty inst', W()); b=B(); show('b',b)
show('L',L([1,[2]])); show('D',D(a=1)); show('T',T((1,[2]))); show('I',I(4)); show('St',St('x')); l=L([1]); l.k=2
def f(x, y=[2], *, k=[3]) -> int: return x
show('func',f)
def outer(v):
    def inner(): return v
    return inner
g=outer([5]); show('closure',g); show('cell',g.__closure__[0]); f.attr=[1]; show('funcattr',f)
show('class',A); show('class slots',S); show('meta',B); show('builtin class', int); show('list type', list)
show('module', types); m=types.ModuleType('mm'); show('newmod',m)
show('method',a.m); show('builtin method',[].append); show('builtin f',len); show('wrapper',[].__len__); show('slot wrapper', list.__len__); show('md', list.append); show('getset', type.__dict__['__doc__'] if hasattr(type.__dict__['__doc__'],'__get__') else 0); show('member',S.p)
show('cm', classmethod(f)); show('sm', staticmethod(f)); show('prop', property(f,f,None,'doc'))
def gen(p):
    q=[p]
    yield q
    yield [p,q]
G=gen('arg'); show('gen0',G); next(G); show('gen1',G); 
for _ in G: pass
show('gendone',G)
async def co(p): await p
C=co([1]); show('coro',C); C.close(); show('coro closed',C)
async def ag(p): yield p
show('agen', ag([1]))
def ff(u):
    v=[1]; w='x'
    return sys._getframe()
fr=ff([3]); show('frame done',fr)
wr=weakref.ref(a, f); show('wref',wr); show('wref0',weakref.ref(a)); show('proxy',weakref.proxy(a,f))
show('slice',slice([1],2,None)); show('range',range(3)); show('rangeiter',iter(range(3))); show('listiter',iter([1,[2]])); show('tupiter',iter((1,[2]))); show('dictiter',iter({1:2})); show('setiter',iter({1})); show('striter', iter('abc')); show('strUiter', iter('ab\u20ac')); show('byteiter', iter(b'ab')); show('revlist', reversed([1])); show('revdict', reversed({1:2})); show('rev', reversed((1,2)))
dd={1:[2]}; show('keys',dd.keys()); show('values',dd.values()); show('items',dd.items()); show('mp', types.MappingProxyType(dd)); show('ns', types.SimpleNamespace(a=[1]))
show('map',map(f,[1])); show('filter',filter(None,[1])); show('calliter', iter(lambda:1, 2)); show('super', super(B,b)); show('alias', list[int]); show('union', int|str); show('mview', memoryview(b'a'))
try: 1/0
except Exception as e: ex=e
show('exc',ex); show('tb',ex.__traceback__)
try:
    try: raise E(1,[2])
    except E as e1: raise ValueError('x') from e1
except ValueError as e2: ex2=e2
show('exc2',ex2); show('exc args', E([1])); e=E(1); e.k=[1]; show('exc attr', e); e.add_note('n'); show('exc note', e)
show('OSErr', OSError(2,'x','f')); show('SE', SyntaxError('x',('f',1,2,'t'))); show('SI', StopIteration([1])); show('UE', UnicodeDecodeError('utf8',b'x',0,1,'r')); show('IE', ImportError('m',name='n',path='p')); show('SysE', SystemExit([2])); show('AE', AttributeError('x',name='n',obj=[1])); show('NE', NameError('x', name='n')); show('EG', ExceptionGroup('m',[ValueError()]))
show('code',f.__code__); show('bytes',b'x'); show('float',1.5); show('None',None); show('complex',1j); show('ba',bytearray(b'x'));
import collections, itertools, contextvars, io, operator, re
show('deque',collections.deque([1,[2]])); show('odict',collections.OrderedDict(a=[1])); show('ddict',collections.defaultdict(list,{1:[2]})); show('counter', collections.Counter('ab')); show('ntuple', collections.namedtuple('P','x y')(1,[2]))
show('chain', itertools.chain([1],[2])); show('count', itertools.count(1)); show('cycle', itertools.cycle([1])); show('islice', itertools.islice([1,2],1)); show('tee', itertools.tee([1])[0]); show('product', itertools.product([1],[2])); show('perm', itertools.permutations([1,2])); show('repeat', itertools.repeat([1])); show('pairwise', itertools.pairwise([1]))
show('cv', contextvars.ContextVar('x',default=[1])); show('sio', io.StringIO('x')); 
show('iterlen', map(f,[1]).__reduce__()); 
print(gc.get_referents(), gc.get_referents(1,'a',[1,2],(3,)), gc.get_referents({'a':1,'b':2}))
x=[1]; h=[x]; k={'a':x}; tt=(x,); inst=W(); inst.at=x; cel=outer(x)
def refs(o): return sorted(d(i) for i in gc.get_referrers(o) if not isinstance(i, types.FrameType))
print(refs(x)); print(refs(a)); print(refs(W)[:10]); print(gc.get_referrers())
def loc():
    y=[1]
    z=[y]
    return [d(i) for i in gc.get_referrers(y)]
print(loc())
print(refs(f)); print(refs(f.__code__))

