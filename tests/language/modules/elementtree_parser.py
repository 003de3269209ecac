"""TreeBuilder and XMLParser."""
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
X=C.XMLParser; B=C.TreeBuilder
t(lambda:B(1).element_factory); t(B,1,2); t(lambda:type(B(comment_factory=3)));t(lambda: B(x=1))
b=B(); t(b.start); t(b.start,'a'); t(b.start,'a',3); t(b.data); t(b.end); t(b.end,1); t(b.close); t(b.comment); t(b.pi); t(b.comment,'x'); t(b.pi,'x'); t(b.pi,'x','y'); t(b.data,'zz'); t(b.start,'a',None) if 0 else 0
b.start('a',{}); t(lambda: b.end('b').tag); t(b.start,'c',{}); b.data('t'); t(lambda: b.close().tail)
b=B(lambda t,a: [t,a]); t(b.start,'x',{'a':1}); t(b.start,'y',{}); t(b.data,'q'); t(b.end,'y'); t(b.close)
b=B(); b.start('a',{}); b.data(3); t(lambda: b.end('a').text); 
t(lambda: X(3)); t(lambda: X(encoding=3)); t(lambda: X(encoding='a\0'));t(lambda: X(encoding='nope').feed('<a/>')); t(lambda:X(x=1))
p=X(); print(p.version, p.entity, type(p.target), [n for n in dir(p) if n[0]!='_']); t(p.feed); t(p.feed,3); t(p.feed,'\ud800'); t(p.feed,'<a>'); t(p.close); t(p.close); t(p.feed,'<'); 
p=X.__new__(X); t(p.feed,'a'); t(p.close); t(p._parse_whole,3); t(p._setevents,3); print(p.entity,p.target,p.version)
for d in ('<a>&x;</a>','<a></b>','','<a/><b/>','<a b="1" b="2"/>','<x:a/>',b'\xff', '<?xml version="1.0" encoding="nope"?><a/>',b'<?xml version="1.0" encoding="nope"?><a/>',b'<?xml version="1.0" encoding="utf-7"?><a/>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;&d;</a>'): t(ET.XML,d)
p=X(); p.entity['x']='val'; p.feed('<!DOCTYPE a PUBLIC "p" "s"><a>1&x;2</a>'); print(p.close().text)
class T:
    def __getattr__(s,n):
        if n[0]=='_' : raise AttributeError
        return lambda *a: print(n,a) or n
p=X(target=T()); p.feed('<!DOCTYPE a PUBLIC "p" "s"><!--c--><?pi d?><a xmlns:p="u" xmlns="v" p:x="1" y="2">t<p:b/>u&amp;</a>'); print(p.close())
import io
p=X(target=T()); print(p._parse_whole(io.StringIO('<a>x</a>'))); t(X()._parse_whole,io.BytesIO(b'<a>')); t(X()._parse_whole,3); t(X()._parse_whole,io.BytesIO(b'<a/>'))
class TT: pass
p=X(target=TT()); p.feed('<!DOCTYPE a PUBLIC "p" "s"><a>&amp;</a>'); print(p.close(), type(p.target))
p=X(); t(p._setevents); t(p._setevents,3); t(p._setevents,[],3); t(p._setevents,[],['x']); t(p._setevents,[],[3]); t(p._setevents,[],('start',b'end')); q=[]; t(p._setevents,q,('start','end','start-ns','end-ns','comment','pi')); p.feed('<a xmlns="u" xmlns:v="w"><!--c--><?p d?>x<b/></a>'); print([(e,getattr(x,'tag',x) if e not in('comment','pi') else getattr(x,'text',x)) for e,x in q])
p=X(); q=[]; p._setevents(q); p.feed('<a><!--x--></a>'); print([(e,x.tag) for e,x in q]); p=X(target=T()); t(p._setevents,[])
print([ (e,x) for e,x in ET.iterparse(io.StringIO('<a>b<c/></a>'))][-1][1:] and 1)
import warnings
class D(X):
    def doctype(s,*a): print('doctype',a)
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always'); p=D(); p.feed('<!DOCTYPE a PUBLIC "p" "s"><a/>'); print([str(x.message) for x in w],[x.category for x in w])
t(C._set_factories); t(C._set_factories,1,None); t(C._set_factories,None,1); o=C._set_factories(None,None); print(o[0] is ET.Comment,o[1] is ET.PI, C._set_factories(*o))
b=B(insert_comments=True,insert_pis=True); b.start('a',{}); b.comment('c'); b.data('tail'); b.pi('p','q'); b.data('t2'); b.end('a'); print(ET.tostring(b.close()))
p=X(target=B(insert_comments=True)); p.feed('<!--0--><a>1<!--2-->3<?x?>4</a><!--5-->'); print(ET.tostring(p.close()))
class Bad:
    def start(s,t,a): raise KeyError(t)
p=X(target=Bad()); t(p.feed,'<a><b/></a>'); t(p.feed,'<c/>'); t(p.close)
a=C.Element('a',{'k':'v'}); import copy; print(copy.copy(a).attrib is a.attrib)
p=X(); p.__init__(); p.feed('<a/>'); print(p.close().tag)
print(ET.tostring(ET.XML('<a xmlns="u" b="1" xmlns:c="d" c:e="f">x<b>y</b>z</a>')))
p=X(); p.feed(b'<a>'); p.feed(bytearray(b'<b/>')); p.feed(memoryview(b'</a>')); print(ET.tostring(p.close()))
e=C.Element('a'); 
class S(str): pass
try:
  e.find(S('b'))
except Exception as x: print(x)
t(e.find,b'b'); t(e.findall,b'./x')

# --- a target that feeds its own parser ---


class Feeder:
    def start(self, tag, attributes):
        try:
            p.feed("<b/>")
        except RuntimeError:
            pass


# --- cycles ---
class Target:
    def start(self, tag, attributes):
        pass


target = Target()
target.parser = X(target=target)
dead = weakref.ref(target)
target.parser.feed("<a>")
del target
p = X()
p.target.start("a", {"p": p})
del p
gc.collect()
print(dead())
