# Assignments, imports, del and the rest of the simple statements.
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
    "x = b'\xe9'",
    "import a.b as",
    "x = 1 +\n",
    "x = (1,\n 2\ny=3\n",
    "x=[1,\n2}\n",
    "\xe9 = = 1",
    "x = 'abc",
    "\xe9 = 'abc",
    "print 1",
    "exec 'a'",
    "print a b",
    "del f()",
    "del (a, f())",
    "del *a",
    "del a b",
    "del",
    "x + 1 = 2",
    "a, b: int",
    "a + b: int",
    "a, b += 1",
    "yield = 1",
    "a = yield = 1",
    "None = 1",
    "a = None = 1",
    "... = 1",
    "a if b else c = 1",
    "-x = 1",
    "a < b = 1",
    "a and b = 1",
    "lambda: x = 1",
    "not x = 1",
    "await x = 1",
    "x = a if b",
    "if a = 1: pass",
    "if a.b = 1: pass",
    "if (a, b) = 1: pass",
    "if f() = 1: pass",
    "import a,",
    "from a import b,",
    "from a import (b,,)",
    "from a import",
    "from . import *, b",
    "from a import (*)",
    "from a import ()",
    "import",
    "import a.",
    "from .a. import b",
    "print {y z",
    "y = x {y z",
    "a = 1\ny = x {y z",
    "return x {y z}",
    "x {a=b}",
    "global x.y",
    "nonlocal",
    "assert",
    "raise a from",
    "pass x",
    "break 1",
    "a, b: int = 1",
    "a += b += c",
    "x = yield = 1",
    "x: int: str",
    "a = b c",
    "*a",
    "del *a, b",
    "del a + b",
    "(a, *b) += 1",
    "print 1, 2",
    "print(1) 2",
    "exec 'a' in b",
]:
    show(text)
