"""Element: its methods and attributes, errors, copies, walks."""
import gc
import re
import weakref


def show(*values):
    print(re.sub(r" at 0x[0-9a-f]+", "", " ".join(str(v) for v in values)))


def t(f, *args, **kwargs):
    try:
        show(args, kwargs, "->", f(*args, **kwargs))
    except Exception as e:
        show(args, kwargs, type(e).__name__, e, getattr(e, "code", ""), getattr(e, "position", ""))


import xml.etree.ElementTree as ET, _elementtree as C
E=C.Element
class R:
    def __repr__(s): return 'R'
for a in ((),(1,),('a',1),('a',{},3),('a',None),('a',{'b':1}),): t(lambda *a: E(*a).attrib,*a)
t(lambda: E('a',{'x':1},y=2).attrib); t(lambda: E('a',attrib={'x':1},y=2).attrib); t(lambda: E('a',attrib=3)); t(lambda: E('a',tag='b').attrib); t(lambda:E(tag='a')); t(lambda:E('a',y=2,z=3).attrib)
e=E('t',{'k':'v'})
for m in ('append','extend','insert','remove','get','set','find','findall','findtext','iterfind','iter','itertext','items','keys','clear','makeelement','__copy__','__deepcopy__','__sizeof__','__getstate__','__setstate__'):
    f=getattr(e,m)
    if m not in ('clear','__sizeof__','__copy__','items','keys','itertext','iter','__getstate__'): t(f)
    t(f,1) if m not in('find','findall','findtext','iterfind') else 0
    t(f,1,2,3,4)
t(e.append,'a'); t(e.append,None); t(e.extend,3); t(e.extend,[1]); t(e.extend,[e,2]); t(len,e); e.clear()
t(e.insert,'a',E('b')); t(e.insert,1,E('x')); t(e.insert,-5,E('y')); t(e.insert,100,E('z')); print([c.tag for c in e]); t(e.remove,E('q')); t(e.remove,3)
t(e.set,1,2); print(e.attrib,e.keys(),e.items(),e.get(1),e.get('no'),e.get('no',5),e.get(default=1,key='no'))
t(lambda:e['a']); t(lambda:e[10]); t(lambda:e[-10]); t(lambda: e[None]); t(lambda: [c.tag for c in e[::2]]); t(lambda: e[-1].tag); t(lambda: e[2**70])
def si(k,v):
    e[k]=v
def di(k):
    del e[k]
t(si,0,1); t(si,10,E('a')); t(si,'a',E('a')); t(si,slice(0,1),3); t(si,slice(0,1),[3]); t(si,slice(0,3,2),[E('a')]); t(si,slice(0,3,2),[E('m'),E('n')]); print([c.tag for c in e]); t(si,slice(1,1),[E('p'),E('q')]); print([c.tag for c in e]); t(si,0,E('first')); t(si,-1,E('last')); t(si,slice(0,1),None); t(di,slice(None,None,2)); print([c.tag for c in e]); t(di,10);t(di,'a'); t(di,0); t(di,slice(None)); print(len(e)); t(si,slice(5,2),[E('g')]); print([c.tag for c in e]); t(si,slice(0,0),(E(str(i)) for i in range(4))); print([c.tag for c in e]); t(si,slice(None,None,-1),[E('a'),E('b'),E('c'),E('d'),E('e')]); print([c.tag for c in e]); t(di,slice(None,None,-2)); print([c.tag for c in e]); t(si,slice(3,1,-1),[]); t(di,slice(1,5,3)); print([c.tag for c in e])
import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always'); print(bool(e),bool(E('a'))); print([(str(x.message),x.category.__name__) for x in w])
for n in ('tag','text','tail','attrib','other','__class__'):
    try: delattr(e,n)
    except BaseException as x: print(n,type(x).__name__,x)
    for v in (1,None,{'a':1}):
        try: setattr(e,n,v); print(n,v,getattr(e,n))
        except BaseException as x: print(n,type(x).__name__,x)
e=E('a'); e.text='t'; e.tail='l'; e.append(E('b',{'x':'1'})); print(e.__getstate__().keys(), e.__getstate__()['text'], e.__getstate__()['attrib'], e.__getstate__()['tail'])
import pickle,copy
f=E('a')
for s in (None,1,{},{'tag':'z'},{'tag':'z','_children':[E('q')],'attrib':{'p':1},'text':'T','tail':'L'},{'tag':'z','_children':[1]},{'tag':'z','_children':1},{'tag':3,'extra':1},((),), {'tag':'z','_children':(E('v'),)},{'tag':'z','_children':None}):
    try: print(s.keys() if isinstance(s,dict) else s, f.__setstate__(s), ET.tostring(f) if f.tag!=3 else 0, f.attrib)
    except BaseException as x: print(s if not isinstance(s,dict) else s.keys(), type(x).__name__, x)
try: print(pickle.loads(pickle.dumps(e)).tag)
except Exception as x: print(type(x),x)
c=copy.copy(e); d=copy.deepcopy(e); print(c[0] is e[0], d[0] is e[0], d.text,d.tail,d.attrib,c.attrib is e.attrib, ET.tostring(d))
t(C.SubElement); t(C.SubElement,e); t(C.SubElement,1,'a'); print(C.SubElement(e,'s',{'a':1},b=2).attrib); t(C.SubElement,e,'a',3); t(C.SubElement,e,'a',{},4); t(lambda: C.SubElement(e,'q',attrib={'g':1},h=3).attrib)
print(repr(e)[:14], [x.tag for x in e.iter()],[x.tag for x in e.iter('b')],[x.tag for x in e.iter('*')],[x.tag for x in e.iter(None)],list(e.itertext()), type(e.iter()), type(e.itertext()))
e.text=3
t(lambda: list(e.itertext()))
r=E('r'); r.append(r); it=r.iter(); print([next(it).tag for i in range(5)]); it=r.iter(); t(repr, E(3))
def rr(): repr(rr.e)
r.tag=r; t(lambda: repr(r))
it=e.iter(); t(it.__setstate__,1) if hasattr(it,'__setstate__') else 0; t(type(it)); t(lambda: E.x)
try: E.x=1
except TypeError as x: print(x)
t(E.makeelement,e,'a',{}); print(e.makeelement('zz',{'a':1}).attrib, e.makeelement('zz',{}).attrib); t(e.makeelement,'zz',None)
class Sub(E): pass
s=Sub('a'); s.x=1; s.append(Sub('k')); print(type(copy.copy(s)), type(copy.deepcopy(s)), type(s.makeelement('a',{})))
class N(E):
    def __init__(self): pass
n=N(); print(n.tag,n.text,n.attrib,list(n)); n.append(s); print(len(n))
t(E.__new__,E); print(E.__new__(E).tag)
b=E('big')
def fill():
    for i in range(100): b.append(E(str(i)))
fill(); 
for x in b:
    if len(b)<110: b.append(E('n'))
print(len(b)); print(e.find('b').tag, e.find('zz'), e.findtext('b'), e.findtext('zz'), e.findtext('zz','d'), len(e.findall('b')), list(e.iterfind('b'))==e.findall('b'))
t(e.find,'./['); t(e.find,'{x'); t(e.findtext, 'b', namespaces={}); t(e.find,3); t(e.findall,'*/..'); t(e.find,'x:y',{'x':'z'})
b.text='x'
print(e.__sizeof__()>0, b.findtext('0'), E('a').findtext('.'))

# --- cycles, and elements that outlive their tree ---
e = E("a")
e.append(e)
e.attrib["self"] = e
dead = weakref.ref(e)
it = e.iter()
next(it)
e.text = it
del e, it
gc.collect()
print(dead())
