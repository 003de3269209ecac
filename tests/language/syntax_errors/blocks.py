# Blocks, indentation, and what begins them.
# Each text is compiled; the error's type, message, place and line are printed.


def show(source, mode="exec"):
    try:
        compile(source, "<text>", mode)
        print(ascii(source), "is fine")
    except SyntaxError as e:
        place = (e.lineno, e.offset, e.end_lineno, e.end_offset)
        print(ascii(source), type(e).__name__, e.msg, place, ascii(e.text), sep="\n    ")
    except (ValueError, MemoryError) as e:
        print(ascii(source), type(e).__name__, e, sep="\n    ")


for text in [
    "class A\n pass\n",
    "class A x:\n pass\n",
    "for x in range 10:\n pass",
    "for x in range(10)\n pass",
    "def f():\n",
    "def f():\nx\n",
    "if 1:\n\tx\n        y\n",
    "if 1:\n    x\n  y\n",
    "for n in",
    "def f() x: pass",
    "def f x: pass",
    "if 1: pass\nelse x: pass",
    "try x: pass",
    "try: pass\nfinally x: pass",
    "while 1 x: pass",
    "with a x: pass",
    "class A() x: pass",
    "try: pass\nexcept A x: pass",
    "match a x:\n  pass",
    "match a:\n case b c: pass",
    "class A\n",
    "def f:\n pass",
    "with (a, b) c: pass",
    "with a as f(): pass",
    "with (a as f()): pass",
    "for f() in x: pass",
    "for x, f() in y: pass",
    "while a = b: pass",
    "def f(**k, **j): pass",
    "def f(a, b=, c): pass",
    "def f(a, a=1, *, b, c=1, d): pass",
    "try: pass\nexcept ValueError: pass\nexcept* TypeError: pass",
    "try: pass\nexcept* ValueError: pass\nexcept TypeError: pass",
    "try: pass\nexcept ValueError: pass\nexcept* TypeError: pass\nx=1\n",
    "try: pass\nexcept ValueError: pass\nexcept* TypeError:\n pass\nx=1\n",
    "x = 1\n  y = 2\n",
    "  x = 1\n",
    "if 1:\n",
    "if 1:\nx\n",
    "if 1:\n  x\nelse:\ny\n",
    "try:\n  x\n",
    "try:\n  x\ny\n",
    "try:\n  x\nexcept:\n",
    "try: pass\nexcept a, b: pass",
    "try: pass\nexcept* a, b as c: pass",
    "try: pass\nexcept*: pass",
    "try: pass\nexcept a as b.c: pass",
    "try: pass\nfinally:\n",
    "while 1\n  pass",
    "for x in y\n  pass",
    "with x\n  pass",
    "with (x as y, z)\n  pass",
    "with x:\n",
    "def f()\n  pass",
    "class A(x for x in y): pass",
    "async x",
    "async with a: pass\nelse: pass",
    "match x\n  case 1: pass",
    "match x:\n",
    "match x:\n  case 1\n    pass",
    "match x:\n  case 1:\n",
    "match x:\n  case a as _: pass",
    "match x:\n  case a as b.c: pass",
    "match x:\n  case A(b=1, c): pass",
    "match x:\n  case {**r, 'a': 1}: pass",
    "match x:\n  case 1 + 1: pass",
    "match x:\n  case 1j + 1j: pass",
    "match x:\n  case -a: pass",
    "match x:\n  case a.b as c | d: pass",
    "elif x: pass",
    "else: pass",
    "if x:\n\ty\n        z\n",
    "if x:\n    y\n  z\n",
    "return 1\n  return 2",
    "import a\n\n\n    import b\n",
]:
    show(text)
