# ast.parse(feature_version=...): what is too new for an older minor version.
import ast

SOURCES = """async def f(): pass
async def f():\n await x
async def f():\n async for x in y: pass
async def f():\n async with y: pass
async def f():\n async with (a as b, c): pass
async def f():\n  return [x async for x in y]
x: int = 1
x: int
f"{x}"
1_000; a.b: c
a @ b
a @= b
(x := 1)
def f(a, /, b): pass
lambda a, /: 0
@a[0]\ndef f(): pass
with (a as b, c as d): pass
with (a, b): pass
with (a) as b, c as d: pass
match x:\n case 1: pass
try: pass\nexcept* A: pass
a[*b]
async = 3
await = 3
print(async)
def async(): pass
def f():\n  await x
f"{x=}"
0xf_f
x[a:=1, b:=2]
é = "é"; b: int
if 1:\n  with (a, b): pass\n  x
a = f"{1}" + (b := 2)
async  def f(): pass\nawait = 3
async def f():\n  def g(): await x\n  await y\nawait
async def f(): await x; await y\nasync=2
class A:\n  async def f(self):\n    await x\n  await = 2
@a\nasync def f(): pass
async def f(a=await):\n pass""".splitlines()

for source in SOURCES:
    source = source.replace("\\n", "\n")
    for version in range(3, 13):
        try:
            ast.parse(source, feature_version=(3, version))
        except SyntaxError as e:
            print(version, repr(source), e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text.rstrip("\n"))
compile("x: int = 1", "file", "exec", _feature_version=4)
