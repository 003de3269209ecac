# differs: python3.11 gives up elsewhere
# Source text nested or chained without end compiles and runs, or is refused; it never ends the C stack.
def outcome(make, n=20000):
    try:
        code = compile(make(n), "deep", "exec")
    except (RecursionError, MemoryError, SyntaxError) as error:
        return type(error).__name__
    try:
        exec(code, {"x": 0, "f": lambda *a: f, "a": None})
    except Exception as error:
        return "ran: " + type(error).__name__
    return "ran"


def f(*args):
    return f


SHAPES = {
    "parentheses": lambda n: "(" * n + "x" + ")" * n,
    "brackets": lambda n: "[" * n + "]" * n,
    "braces": lambda n: "{" * n,
    "mixed": lambda n: "([{" * n,
    "negations": lambda n: "-" * n + "1",
    "nots": lambda n: "not " * n + "x",
    "awaits": lambda n: "async def g():\n " + "await " * n + "x",
    "powers": lambda n: "1**" * n + "1",
    "lambdas": lambda n: "lambda:" * n + "x",
    "conditionals": lambda n: "x if x else " * n + "x",
    "conditionals inside": lambda n: "x if " * n + "x" + " else x" * n,
    "calls": lambda n: "f" + "()" * n,
    "calls inside": lambda n: "f(" * n + ")" * n,
    "attributes": lambda n: "a" + ".a" * n,
    "subscripts": lambda n: "a" + "[0]" * n,
    "subscripts inside": lambda n: "a[" * n + "0" + "]" * n,
    "sum": lambda n: "x" + " + x" * n,
    "comparisons": lambda n: "x" + " < x" * n,
    "ands": lambda n: "x" + " and x" * n,
    "walruses": lambda n: "(y:=" * n + "1" + ")" * n,
    "strings": lambda n: "'a' " * n,
    "f-strings": lambda n: "f'{x}' " * 2000,
    "f-string nesting": lambda n: "f'" + "{" * n + "x" + "}" * n + "'",
    "f-string formats": lambda n: "f'{x:" + "{x:" * n + "}" * n + "}'",
    "comprehensions": lambda n: "[" * n + "x" + " for x in [1]]" * n,
    "comprehension clauses": lambda n: "[x" + " for x in [1]" * 3000 + "]",
    "targets": lambda n: "(" * n + "x" + ",)" * n + " = x",
    "stars": lambda n: "*" * n + "x = 1",
    "assignments": lambda n: "x = " * n + "1",
    "elifs": lambda n: "if x: pass\n" + "elif x: pass\n" * n,
    "ifs": lambda n: "".join(" " * i + "if x:\n" for i in range(300)) + " " * 300 + "x",
    "functions": lambda n: "".join(" " * i + "def g():\n" for i in range(99)) + " " * 99 + "x",
    "decorators": lambda n: "@f\n" * n + "def g(): pass",
    "withs": lambda n: "with " + "a, " * n + "a: pass",
    "tries": lambda n: "".join(" " * i + "try:\n" for i in range(50)) + " " * 50 + "x\n" + "".join(
        " " * i + "finally: x\n" for i in range(49, -1, -1)),
    "patterns": lambda n: "match x:\n case " + "[" * n + "]" * n + ": pass",
    "or patterns": lambda n: "match x:\n case " + "1 | " * n + "1: pass",
    "value patterns": lambda n: "match x:\n case a" + ".a" * n + ": pass",
    "statements": lambda n: "x = 1\n" * n,
    "semicolons": lambda n: "x;" * n,
    "parameters": lambda n: "def g(" + ", ".join(f"p{i}" for i in range(n // 10)) + "): pass",
    "arguments": lambda n: "f(" + "x, " * n + ")",
    "keywords": lambda n: "dict(" + ", ".join(f"p{i}=1" for i in range(n // 10)) + ")",
    "display": lambda n: "y = [" + "x, " * n + "]",
    "dict display": lambda n: "y = {" + "x: x, " * n + "}",
    "globals": lambda n: "global " + ", ".join(f"g{i}" for i in range(n // 10)),
    "dots": lambda n: "from " + "." * n + " import x",
    "imports": lambda n: "import a" + ".a" * n,
    "identifier": lambda n: "y" * n * 10 + " = 1",
    "digits": lambda n: "y = " + "1" * n,
    "hexadecimal": lambda n: "y = 0x" + "1" * n,
    "blank lines": lambda n: "\n" * n + "x",
    "continuations": lambda n: "\\\n" * n + "x",
    "backslashes": lambda n: "y = '" + "\\\\" * n + "'",
    "indents": lambda n: "if x:\n" + "".join(" " * (i % 100 + 1) + "x\n" for i in range(200)),
    "class bodies": lambda n: "".join(" " * i + f"class C{i}:\n" for i in range(90)) + " " * 90 + "x = 1",
    "annotations": lambda n: "y: " + "a[" * n + "0" + "]" * n + " = 1",
}
for name, make in SHAPES.items():
    answer = outcome(make)
    if not (answer.startswith("ran") or answer in ("RecursionError", "MemoryError", "SyntaxError", "IndentationError")):
        print(name, answer)
print("source stands")

# ---- what is deep at run time

def tried(function):
    try:
        return function()
    except (RecursionError, MemoryError) as error:
        return type(error).__name__


def nested(make, n=50000, x=None):
    for _ in range(n):
        x = make(x)
    return x


for name, make in (("list", lambda x: [x]), ("tuple", lambda x: (x,)), ("dict", lambda x: {1: x}), ("slice", lambda x: slice(x)),
                   ("frozenset", lambda x: frozenset([x]) if isinstance(x, (frozenset, type(None))) else x)):
    n = 1000 if name == "frozenset" else 50000
    a, b = nested(make, n), nested(make, n)
    answers = [tried(lambda: use(a, b)) for use in (lambda a, b: len(repr(a)) > 0, lambda a, b: a == b,
                                                    lambda a, b: a < b if name in ("list", "tuple") else None)]
    print(name, set(answers) <= {True, False, None, "RecursionError"}, tried(lambda: type(hash(a)).__name__)
          in ("int", "RecursionError") if name in ("tuple", "frozenset") else "")
    del a, b, answers


def exceptions(n):
    error = None
    for _ in range(n):
        try:
            raise ValueError from error
        except ValueError as e:
            error = e
    return error


error = exceptions(100000)
del error
group = nested(lambda x: ExceptionGroup("g", [x]), 50000, ValueError())
for use in (lambda: group.split(ValueError)[1], lambda: len(repr(group)) > 0, lambda: group.subgroup(lambda e: False)):
    print(tried(use) in (None, True, "RecursionError"))
del group


class Base:
    pass


cls = Base
for i in range(2000):
    cls = type("C", (cls,), {})
print(issubclass(cls, Base), len(cls.__mro__), isinstance(cls(), Base), cls().__class__ is cls)
Base.late = 5
print(cls.late)
del cls, Base


def recursive_type(n):
    t = int
    for _ in range(n):
        t = list[t]
    return t


t = recursive_type(50000)
for use in (lambda: len(repr(t)) > 0, lambda: type(hash(t)).__name__, lambda: t == recursive_type(50000)):
    print(tried(use) in (True, "int", "RecursionError"))
del t


class Finalized:
    def __init__(self, inner):
        self.inner = inner

    def __del__(self):
        self.inner = None


x = nested(Finalized, 20000)
del x
print("finalizers end")
