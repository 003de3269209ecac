# Parameters of functions and lambdas.
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
    "def f(a=1, b): pass",
    "def f(a, (b, c)): pass",
    "def f(/, a): pass",
    "def f(a, /, b, /): pass",
    "def f(*a, /): pass",
    "def f(*, /): pass",
    "def f(a, /*): pass",
    "def f(*): pass",
    "def f(*, **k): pass",
    "def f(*a=1): pass",
    "def f(**k=1): pass",
    "def f(*a, *b): pass",
    "def f(*, *b): pass",
    "def f(**k, a): pass",
    "def f(**k, *a): pass",
    "def f(a=): pass",
    "def f(a b): pass",
    "def f(a=, b): pass",
    "def f(**k, /): pass",
    "def f(a=1, /, b): pass",
    "def f(1): pass",
    "def f(a.b): pass",
    "def f(a,,b): pass",
    "def f(None): pass",
    "def f(a: int b): pass",
    "lambda a=1, b: 1",
    "lambda a, (b, c): 1",
    "lambda /, a: 1",
    "lambda a, /, b, /: 1",
    "lambda *a, /: 1",
    "lambda *, /: 1",
    "lambda a, /*: 1",
    "lambda *: 1",
    "lambda *, **k: 1",
    "lambda *a=1: 1",
    "lambda **k=1: 1",
    "lambda *a, *b: 1",
    "lambda *, *b: 1",
    "lambda **k, a: 1",
    "lambda **k, *a: 1",
    "lambda a=: 1",
    "lambda a b: 1",
    "lambda a=, b: 1",
    "lambda **k, /: 1",
    "lambda a=1, /, b: 1",
]:
    show(text)
