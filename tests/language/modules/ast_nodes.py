# How nodes are made, what they look like, and how a tree that makes no sense is refused.
import ast
import copy


def t(f):
    try:
        result = f()
        print(type(result).__name__ if " at 0x" in repr(result) else result)
    except BaseException as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])


def c(node, mode="exec"):
    t(lambda: compile(node, "<x>", mode))


p=dict(lineno=1,col_offset=0,end_lineno=1,end_col_offset=1)
N=lambda **k: ast.Name('a',ast.Load(),**{**p,**k})
c(ast.Module([ast.Global([1],**p)],[]));c(ast.Module([ast.Global([],**p)],[]))
c(ast.Module([ast.Import([1],**p)],[]))
c(ast.Module([ast.ImportFrom('a',[ast.alias('a',**p)],-1,**p)],[]));c(ast.Module([ast.ImportFrom('a',[ast.alias('a',**p)],None,**p)],[]));c(ast.Module([ast.ImportFrom(None,[ast.alias('a',**p)],None,**p)],[]))
class S(str): pass
c(ast.Expression(ast.Name(S('a'),ast.Load(),**p)),'eval')
c(ast.Expression(ast.FormattedValue(N(),None,**p)),'eval');c(ast.Expression(ast.FormattedValue(N(),**p)),'eval');c(ast.Expression(ast.FormattedValue(N(),5,**p)),'eval')
c(ast.Expression(ast.Lambda(None,N(),**p)),'eval')
x=N()
for i in range(2000): x=ast.UnaryOp(ast.USub(),x,**p)
c(ast.Expression(x),'eval')


t(lambda: ast.Name(1,2,3)); t(lambda: ast.Name(1,id=3)); t(lambda: ast.Name(1,foo=3).foo); t(lambda: ast.Add(1)); t(lambda: ast.AST(1)); t(lambda: ast.Name.__init__(3))
class Q(ast.AST): _fields=5
t(lambda: Q())
class Q(ast.AST): _fields=(5,)
t(lambda: Q(1))
del Q._fields
t(lambda: Q(1))
t(lambda: ast.AST().__reduce_ex__(2)); t(lambda: ast.Name(1).__reduce__())
t(lambda: ast.parse('('*150+'1'+')'*150) and 1)
t(lambda: ast.parse('-'*2500+'1') and 1)
t(lambda: ast.parse('1'+'+1'*5000) and 1)
t(lambda: ast.Name.n)
t(lambda: (ast.AST.__basicsize__,ast.AST.__dictoffset__,ast.AST.__weakrefoffset__,ast.Name.__weakrefoffset__,ast.Name.__basicsize__))
t(lambda: list(vars(ast.parse('a').body[0].value)))
t(lambda: vars(ast.AST()))
t(lambda: ast.Name() == ast.Name())
t(lambda: compile(ast.parse('1'),'x','exec',0x400))
t(lambda: compile(ast.Name(),'x','exec',0x400))
t(lambda: compile(ast.Name(),'x','exek'))
t(lambda: compile(ast.Name(),'x','func_type'))
t(lambda: compile('1','x','func_type',0x400))
t(lambda: compile(ast.parse('1'),'x','func_type',0x400))
t(lambda: ast.dump(compile('(a,*b)->c','x','func_type',0x400)))
t(lambda: compile(ast.Module([ast.Match(N(),[ast.match_case(ast.MatchAs(lineno=1,col_offset=1),None,[ast.Pass(**p)])],**p)],[]),'x','exec'))

for name in sorted(dir(ast)):
    cls = getattr(ast, name)
    if isinstance(cls, type) and issubclass(cls, ast.AST) and cls.__doc__ and "Deprecated" not in cls.__doc__:
        print(name, cls.__bases__, cls._fields, cls._attributes, cls.__match_args__, cls.__doc__)
        print([(f, getattr(cls, f, "-")) for f in (*cls._fields, *cls._attributes)])

# Mistakes of structure.
L, S, D = ast.Load(), ast.Store(), ast.Del()
x, store, k = N(), ast.Name('a', S, **p), ast.Constant(1, **p)
pass_ = ast.Pass(**p)
no_args = ast.arguments([], [], None, [], [], None, [])


def statement(cls, *args, **kw):
    c(ast.Module([cls(*args, **{**p, **kw})], []))


def expression(cls, *args, **kw):
    c(ast.Expression(cls(*args, **{**p, **kw})), "eval")


def pattern(cls, *args, **kw):
    case = ast.match_case(cls(*args, **{**p, **kw}), None, [pass_])
    statement(ast.Match, x, [case])


P = lambda cls, *args: cls(*args, **p)
statement(ast.FunctionDef, "f", no_args, [], [])
statement(ast.FunctionDef, "f", no_args, [pass_], [store])
statement(ast.FunctionDef, "f", no_args, [pass_], [], store)
statement(ast.AsyncFunctionDef, "f", no_args, [], [])
statement(ast.FunctionDef, "f", ast.arguments([], [], None, [], [], None, [k]), [pass_], [])
statement(ast.FunctionDef, "f", ast.arguments([], [], None, [], [k], None, []), [pass_], [])
statement(ast.FunctionDef, "f", ast.arguments([], [ast.arg("a", store, **p)], None, [], [], None, []), [pass_], [])
statement(ast.FunctionDef, "f", ast.arguments([], [ast.arg("a", lineno=3, col_offset=0, end_lineno=1)], None, [], [], None, []),
          [pass_], [])
statement(ast.ClassDef, "C", [store], [], [pass_], [])
statement(ast.ClassDef, "C", [None], [], [pass_], [])
statement(ast.ClassDef, "C", [], [], [], [])
statement(ast.ClassDef, "C", [], [ast.keyword("a", store, **p)], [pass_], [])
statement(ast.Return, store)
statement(ast.Delete, [])
statement(ast.Delete, [x])
statement(ast.Delete, [None])
statement(ast.Assign, [], x)
statement(ast.Assign, [k], x)
statement(ast.Assign, [store], store)
statement(ast.AugAssign, x, ast.Add(), x)
statement(ast.AnnAssign, P(ast.Attribute, x, "a", S), x, None, 1)
statement(ast.AnnAssign, store, store, None, 1)
statement(ast.For, x, x, [pass_], [])
statement(ast.For, store, x, [], [])
statement(ast.AsyncFor, store, x, [], [])
statement(ast.While, x, [], [])
statement(ast.If, x, [], [])
statement(ast.If, x, [pass_], [None])
statement(ast.With, [], [pass_])
statement(ast.With, [ast.withitem(x, x)], [pass_])
statement(ast.AsyncWith, [ast.withitem(x)], [])
statement(ast.Match, x, [])
statement(ast.Raise, None, x)
statement(ast.Try, [], [], [], [])
statement(ast.Try, [pass_], [], [], [])
statement(ast.Try, [pass_], [], [pass_], [pass_])
statement(ast.Try, [pass_], [P(ast.ExceptHandler, None, None, [])], [], [])
statement(ast.TryStar, [pass_], [], [], [])
statement(ast.TryStar, [pass_], [P(ast.ExceptHandler, store, None, [pass_])], [], [])
statement(ast.Assert, store)
statement(ast.Import, [])
statement(ast.Nonlocal, [])
statement(ast.Expr, store)
expression(ast.BoolOp, ast.And(), [x])
expression(ast.BoolOp, ast.And(), [x, None])
expression(ast.NamedExpr, store, store)
expression(ast.UnaryOp, ast.Not(), store)
expression(ast.Dict, [x], [])
expression(ast.Dict, [None], [None])
expression(ast.Dict, [store], [x])
expression(ast.ListComp, x, [])
expression(ast.ListComp, x, [ast.comprehension(x, x, [], 0)])
expression(ast.DictComp, x, store, [ast.comprehension(store, x, [], 0)])
expression(ast.GeneratorExp, x, [ast.comprehension(store, x, [None], 0)])
expression(ast.Compare, x, [ast.Eq()], [])
expression(ast.Compare, x, [ast.Eq()], [None])
expression(ast.Call, x, [None], [])
expression(ast.Starred, x, S)
expression(ast.List, [store], L)
expression(ast.Tuple, [x], S)
expression(ast.Name, "None", L)
expression(ast.Name, "True", S)
expression(ast.Constant, ...)
expression(ast.Constant, frozenset([1, (2, b"3", 4j, None, True)]))
expression(ast.Constant, frozenset([1, (2, range(3))]))
expression(ast.JoinedStr, [None])
expression(ast.JoinedStr, [x])
expression(ast.FormattedValue, x, -1, store)
expression(ast.Slice, store)
pattern(ast.MatchValue, x)
pattern(ast.MatchValue, P(ast.Constant, None))
pattern(ast.MatchValue, P(ast.Constant, ...))
pattern(ast.MatchValue, P(ast.UnaryOp, ast.UAdd(), k))
pattern(ast.MatchValue, P(ast.UnaryOp, ast.USub(), k))
pattern(ast.MatchValue, P(ast.BinOp, k, ast.Add(), k))
pattern(ast.MatchValue, P(ast.BinOp, k, ast.Add(), P(ast.Constant, 2j)))
pattern(ast.MatchValue, P(ast.Attribute, x, "b", L))
pattern(ast.MatchSingleton, 1)
pattern(ast.MatchSingleton, True)
pattern(ast.MatchSequence, [P(ast.MatchStar, "_")])
pattern(ast.MatchSequence, [P(ast.MatchStar, None)])
pattern(ast.MatchMapping, [k], [])
pattern(ast.MatchMapping, [k], [P(ast.MatchStar, None)])
pattern(ast.MatchMapping, [x], [P(ast.MatchAs)])
pattern(ast.MatchMapping, [], [], "_")
pattern(ast.MatchMapping, [], [], "True")
pattern(ast.MatchClass, k, [], [], [])
pattern(ast.MatchClass, x, [], ["a"], [])
pattern(ast.MatchClass, x, [], ["None"], [P(ast.MatchAs)])
pattern(ast.MatchStar, "a")
pattern(ast.MatchAs, P(ast.MatchAs), None)
pattern(ast.MatchAs, None, "_")
pattern(ast.MatchAs, lineno=4)
pattern(ast.MatchOr, [P(ast.MatchAs)])

# What goes in comes out.
text = """
@d
async def f(a, /, b: int = 1, *c, d, e=2, **g) -> None:
    async with a as b, c: await d
    async for i in j: yield i
    else: return
class C(B, *m, k=1, **kw):
    x: int = 3
    (y): int
    def g(self): return lambda *a, b=1: (a, [*b], {**c}, {1: 2}, {3}, f"{a!r:>{b}} {c=}")
from .. import a as b, c
import x.y
try: pass
except* E as e: raise X from Y
if a < b <= c is not d not in e: del a, b[1:2, ::3], c.d
elif not -a + ~b ** c // d @ e and f or g: pass
else: assert a, b
match a:
    case [1, *_] | {"k": 2} | C(1, a=2) | None as w if w: pass
    case {"k": v, **r}: pass
    case -1 | 1 + 2j | "a" | a.b: pass
for a, *b in c: continue
while (n := 1): break
[i for i in j if k if l]; {i: j for i in k}; {i for i in j}; (i for i in j)
a = b = u"u" if b"b" else ...
a += 1; e = d = 0
def h():
    global q
    r = yield from q
"""
tree = ast.parse(text)
print(ast.dump(tree, include_attributes=True))
print(ast.unparse(tree))
code = compile(tree, "<x>", "exec")
print(code.co_names)
again = copy.deepcopy(tree)
print(ast.dump(again) == ast.dump(tree), ast.literal_eval("{'a': [1, -2, 3+4j, None]}"))
print(ast.parse("a").body[0].value.ctx is ast.parse("b").body[0].value.ctx)


class Doubler(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.BinOp(node, ast.Mult(), ast.Constant(2)), node)


print(eval(compile(ast.fix_missing_locations(Doubler().visit(ast.parse("3 + 4", mode="eval"))), "<x>", "eval")))


# Attributes that are properties, and lists that change while they are read.
class Sly(ast.Name):
    @property
    def id(self):
        targets.clear()
        return "a"


targets = [P(Sly), store]
c(ast.Module([ast.Assign(targets, k, **p)], []))


class Failing(ast.Name):
    @property
    def ctx(self):
        raise KeyError("ctx")


expression(Failing, "a")
