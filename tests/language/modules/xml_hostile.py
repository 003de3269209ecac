# Elements whose tags and texts change the tree while it is looked at; parsers fed by their own handlers.
# differs: CPython 3.11 crashes on some of it.
import copy
import _elementtree as C
import pyexpat
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


E = C.Element

# --- comparisons and finalizers that change what is looked at ---


class Mutating(str):
    def __eq__(self, other):
        parent.clear()
        gc.collect()
        return NotImplemented

    __hash__ = str.__hash__


for act in (lambda: parent.find(Mutating("x")), lambda: parent.findall(Mutating("x")), lambda: parent.findtext(Mutating("x")),
            lambda: list(parent.iter(Mutating("x"))), lambda: parent.get(Mutating("x")), lambda: parent.set(Mutating("x"), 1)):
    parent = E("p", x="1")
    parent.extend([E("a"), E("b"), E("c")])
    t(act)


class Dying:
    def __del__(self):
        parent[:] = [E("new")]
        parent.append(E("newer"))


for act in (lambda: parent.clear(), lambda: parent.__delitem__(0), lambda: parent.__setitem__(0, E("z")),
            lambda: parent.__setitem__(slice(0, 1), []), lambda: parent.__delitem__(slice(None))):
    parent = E("p")
    parent.append(E("child"))
    parent[0].text = Dying()
    t(act)
    print([c.tag for c in parent])

for n in (100, 20000):
    top = e = E("deep")
    for i in range(n):
        e = C.SubElement(e, "d")
    try:
        print(len(list(top.iter())), len(list(copy.deepcopy(top).iter())))
    except RecursionError as error:
        print("RecursionError")
    del top, e

# --- parsers used while they are at work; children that are none; deep declarations ---
p=pyexpat.ParserCreate()
def s(*a):
    try: p.Parse("<b/>")
    except RuntimeError as e: print(e)
p.StartElementHandler=s
p.Parse("<a/>",1)
x=C.XMLParser
class T:
    def start(self,*a):
        for f in (lambda: q.feed("<b/>"), q.close, q.__init__):
            try: f()
            except RuntimeError as e: print(e)
q=x(target=T()); q.feed("<a/>")
e=C.Element("a"); e.append(C.Element("b"))
l=[r for r in gc.get_referents(e) if type(r) is list][0]
l.append(3)
for f in (lambda: list(e.iter()), lambda: list(e.itertext()), lambda: e.find("x"), lambda: e.findall("y")):
    try: print(f())
    except TypeError as er: print(er)
print(copy.copy(e)[1])
try: copy.deepcopy(e)
except TypeError as er: print(er)
# nested content model and deep elements
d="<!DOCTYPE a [<!ELEMENT a "+"("*30000+"b"+")"*30000+">]><a/>"
p=pyexpat.ParserCreate(); p.ElementDeclHandler=lambda *a: print("decl")
try: p.Parse(d,1)
except Exception as er: print(type(er))
r=C.XMLParser.__new__(C.XMLParser)
for f in (lambda: r.feed("a"), r.close): 
    try: f()
    except ValueError as er: print(er)
