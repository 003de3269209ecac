# Type comments: where they may stand, and the places of nodes that have one.
import ast
T='''# type: ignore
# type: ignore[abc]
def f(a, # type: int
      b=1, # type: str
      *c, # type: C
      d, e=2, # type: E
      **g # type: G
     ):
    # type: (...) -> int
    pass # type: ignore
def g(): # type: () -> None
    x = 1 # type: int
    y = z = [] # type:List[int]
    for a in b: # type: A
        pass
    with a as b: # type: B
        pass
    x = 2 # type: ignored
    x = 2 # type: ignoreÿ
    # type: ignore # more
    x = ( # type: ignore
      1)
def h(
   a): # type: (X) -> Y
    return 1
async def h(a, #type: A
    ):
  # type: () -> X
  async for a in b: #  type:  Z  
     pass
  async with a: # type: Q
     pass
def k(a  # type: A
   ): pass
def l(*, a, # type: A
   ): pass
# type: ignore'''
def d(t, **k):
    try: print(ast.dump(ast.parse(t, type_comments=True, **k), include_attributes=True))
    except SyntaxError as e: print(e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
d(T); d(T, mode='exec')
for t in 'x # type: int','f(a, # type: int\n b)', 'if x: # type: A\n  pass','x = 1\n# type: int','x = 1\n# type: int\ny=2', 'x: int = 1 # type: int','x += 1 # type: int', 'def f():\n  pass\n  # type: () -> A\n','lambda a, # type: int\n b: 1','class A: # type: A\n  pass','return # type: int','while 1: # type: int\n  pass','def f(a, /, # type: int\n b): pass','x = 1; y = 2 # type: int','x = 1 # type: int; y = 2','for x in y: pass # type: A','for x in y: # type: A\n  pass\nelse: # type: B\n  pass','x = [ # type: A\n 1]','x = 1 # type: int\nx y':
    d(t)
