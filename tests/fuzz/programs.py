#!/usr/bin/env python3
"""Random programs that print what they compute: programs.py SEED NUMBER writes one.

Every operation may fail; each function is called in a try statement, and its result or error is printed.  Nothing is
printed that depends on addresses, on the order of a set, or on the memory at hand, and every loop is bounded.
"""
import random
import sys
import warnings

NUMBERS = ("0", "1", "-1", "2", "7", "255", "256", "257", "-6", "2**31", "2**63 - 1", "-2**63", "10**20", "0.5", "-0.0", "1e300",
           "float('inf')", "3j", "True", "False")
TEXTS = ("''", "'a'", "'abc'", "'\u00e9\u20ac'", "'%s|%d'", "'{}-{0!r}'", "'x' * 5", "b'ab'", "b''", "'1'", "' 12 '")
BINARY = ("+", "-", "*", "//", "%", "/", "&", "|", "^", "<", "<=", "==", "!=", ">", "is", "is not", "in", "not in", "and", "or")
AUGMENTED = ("+=", "-=", "*=", "//=", "%=", "|=", "&=", "^=")
CALLS = ("len({})", "str({})[:60]", "repr({})[:60]", "bool({})", "list({})[:9]", "tuple({})[:9]", "sorted({})[:9]", "sum({})",
         "max({})", "min({})", "abs({})", "int({})", "float({})", "hash({}) == 0", "type({}).__name__", "iter({}).__class__.__name__",
         "dict(zip({0}, {0}))", "list(enumerate({}))[:5]", "list(map(str, {}))[:9]", "isinstance({}, (int, str))", "divmod({}, {})",
         "list(reversed({}))[:9]", "any({})", "all({})", "round({})", "bytes({})[:9]", "callable({})", "format({}, '')[:60]")
METHODS = (".append({})", ".pop()", ".get({})", ".upper()", ".split()", ".join({})", ".count({})", ".index({})", ".items()", ".copy()",
           ".extend({})", ".insert(0, {})", ".remove({})", ".reverse()", ".clear()", ".update({})", ".setdefault({}, {})", ".strip()",
           ".replace({}, {})", ".bit_length()", ".find({})", ".encode()", ".keys()", ".values()", ".popitem()", ".attr", ".method({})")

PATTERNS = ("[m1, *m2]", "{'k': m1}", "{'k': m1, **rest}", "int(m1) | str(m1)", "(m1, 0) | [m1, 1]", "None as m1", "-1 as m1",
            "[int() as m1, _]", "Base(attr=m1)", "m1 if m1")


class Writer:
    def __init__(self, seed, number):
        self.random = random.Random(f"{seed}/{number}")
        self.lines = []
        self.n_names = 0
        self.functions = []
        self.classes = []
        self.budget = 0

    def pick(self, items):
        return self.random.choice(items)

    def chance(self, n):
        return self.random.randrange(n) == 0

    # ---- expressions ----

    def atom(self, names):
        what = self.random.randrange(10)
        if what < 5 and names:
            return self.pick(names)
        return f"({self.pick(NUMBERS)})" if what < 8 else self.pick(TEXTS)

    def expression(self, names, depth=3):
        if depth == 0 or self.chance(5):
            return self.atom(names)
        sub = lambda: self.expression(names, depth - 1)  # noqa: E731
        what = self.random.randrange(20)
        if what < 6:
            operator = self.pick(BINARY)
            return f"({sub()} {operator} {sub()})"
        if what == 6:
            return f"({self.pick(('-', '+', '~', 'not '))}{sub()})"
        if what == 7:
            return f"[{', '.join(sub() for _ in range(self.random.randrange(4)))}]"
        if what == 8:
            return f"({sub()}, *[{sub()}])"
        if what == 9:
            return f"{{{sub()}: {sub()}, 'k': {sub()}}}"
        if what == 10:
            return f"({sub()} if {sub()} else {sub()})"
        if what == 11:
            name = self.name()
            return f"[{self.expression(names + [name], depth - 1)} for {name} in list({sub()})[:4]{f' if {name}' if self.chance(2) else ''}]"
        if what == 12:
            return self.pick(CALLS).format(*(sub() for _ in range(2)))
        if what == 13:
            return f"{self.atom(names)}{self.pick(METHODS).format(sub(), sub())}"
        if what == 14:
            return f"{sub()}[{self.pick((sub(), '0', '-1', '1:', '::-1', f'{self.atom(names)}:{self.atom(names)}'))}]"
        if what == 15 and self.functions:
            return f"{self.pick(self.functions)}({sub()}, {self.pick((sub(), '*[' + sub() + ']', 'b=' + sub(), '**{' + repr('b') + ': ' + sub() + '}'))})"
        if what == 16 and self.classes:
            return f"{self.pick(self.classes)}({sub()})"
        if what == 17:
            name = self.name()
            return f"(lambda {name}, d={self.atom(names)}: {self.expression(names + [name, 'd'], depth - 1)})({sub()})"
        if what == 18:
            return "f'{" + self.atom(names).replace("'", '"') + self.pick(("", "!r", "!s", ":>4", "=")) + "}'[:80]"
        return f"({self.atom(names)} < {sub()} <= {self.atom(names)})"

    # ---- statements ----

    def name(self):
        self.n_names += 1
        return f"v{self.n_names}"

    def put(self, level, text):
        self.lines.append("    " * level + text)

    def block(self, level, names, in_loop=False, in_function=True, is_generator=False):
        names = list(names)
        for _ in range(1 + self.random.randrange(3)):
            self.statement(level, names, in_loop, in_function, is_generator)
        return names

    def statement(self, level, names, in_loop, in_function, is_generator):
        self.budget -= 1
        what = self.random.randrange(24) if level < 6 and self.budget > 0 else self.random.randrange(8)
        exp = lambda: self.expression(names)  # noqa: E731
        if what < 4:
            name = self.name() if self.chance(2) or not names else self.pick(names)
            self.put(level, f"{name} = {exp()}")
            names.append(name)
        elif what == 4 and names:
            self.put(level, f"{self.pick(names)} {self.pick(AUGMENTED)} {exp()}")
        elif what == 5:
            one, two = self.name(), self.name()
            self.put(level, f"{one}, *{two} = {exp()}, {exp()}, {exp()}")
            names += [one, two]
        elif what == 6 and names:
            self.put(level, f"{self.pick(names)}[{self.pick((exp(), '0', 'len(str(0)):'))}] = {exp()}")
        elif what == 7:
            self.put(level, f"show({exp()})")
        elif what < 11:
            self.put(level, f"if {exp()}:")
            self.block(level + 1, names, in_loop, in_function, is_generator)
            if self.chance(2):
                self.put(level, "else:")
                self.block(level + 1, names, in_loop, in_function, is_generator)
        elif what < 14:
            name = self.name()
            self.put(level, f"for {name} in {self.pick(('range(3)', f'list({exp()})[:3]', f'enumerate(list({exp()})[:3])'))}:")
            self.block(level + 1, names + [name], True, in_function, is_generator)
            if self.chance(3):
                self.put(level, "else:")
                self.block(level + 1, names, in_loop, in_function, is_generator)
        elif what == 14:
            name = self.name()
            self.put(level, f"{name} = 4")
            self.put(level, f"while {name} and {exp()}:")
            self.put(level + 1, f"{name} -= 1")
            self.block(level + 1, names, True, in_function, is_generator)
        elif what < 18:
            self.put(level, "try:")
            self.block(level + 1, names, in_loop, in_function, is_generator)
            how = self.random.randrange(4)
            if how < 3:
                kind = self.pick(("Exception", "TypeError", "(ValueError, KeyError, IndexError)", "ArithmeticError"))
                self.put(level, f"except {kind} as error:")
                self.put(level + 1, "show(error)")
                self.block(level + 1, names + ["error"], in_loop, in_function, is_generator)
                if how == 1:
                    self.put(level, "else:")
                    self.block(level + 1, names, in_loop, in_function, is_generator)
            if how in (2, 3):
                self.put(level, "finally:")
                self.block(level + 1, names, False, False, is_generator)
        elif what == 18 and in_function:
            self.put(level, f"return {exp()}")
        elif what == 19 and in_loop:
            self.put(level, self.pick(("break", "continue")))
        elif what == 20:
            self.put(level, f"raise {self.pick(('ValueError', 'KeyError', 'TypeError', 'StopIteration'))}({exp()})")
        elif what == 21:
            self.put(level, f"with Manager({exp()}) as {(name := self.name())}:")
            self.block(level + 1, names + [name], in_loop, in_function, is_generator)
        elif what == 22:
            self.put(level, f"match {exp()}:")
            self.put(level + 1, f"case {self.pick(PATTERNS)}:")
            self.put(level + 2, "show(m1)")
            self.put(level + 1, "case other:")
            self.put(level + 2, "show(other)")
        elif is_generator:
            self.put(level, f"yield {exp()}" if self.chance(3) else f"{(name := self.name())} = yield {exp()}")
        elif names:
            self.put(level, f"del {(name := self.pick(names))}")
            self.put(level, f"{name} = {self.atom([])}")
        else:
            self.put(level, "pass")

    # ---- definitions ----

    def function(self, level=0, names=(), method=False):
        name = self.name()
        is_generator = not method and self.chance(4)
        first = "self, a" if method else "a"
        self.put(level, f"def {'method' if method else name}({first}, {self.pick(('b=1', 'b=None', '*, b=2', 'b=[], *args'))}):")
        inside = list(names) + ["a", "b"] + (["self.attr"] if method else [])
        self.budget = 25
        if self.chance(3) and not method:
            self.put(level + 1, "kept = a")
            self.put(level + 1, "def inner(c):")
            self.put(level + 2, "nonlocal kept")
            self.put(level + 2, f"kept = {self.expression(inside + ['c', 'kept'], 2)}")
            self.put(level + 2, "return kept")
            inside += ["kept", "inner(a)", "inner"]
        if is_generator:
            self.put(level + 1, f"yield {self.expression(inside)}")
        self.block(level + 1, [n for n in inside if n.isidentifier()] + (["a"] if method else []), False, not is_generator, is_generator)
        self.put(level + 1, f"return {self.expression(inside)}")
        return name

    def cls(self):
        name = self.name().upper()
        base = self.pick(self.classes + ["", "", "Base"])
        self.put(0, f"class {name}{f'({base})' if base else ''}:")
        self.put(1, "shared = []")
        self.put(1, "def __init__(self, attr=None):")
        self.put(2, "self.attr = attr")
        self.function(1, (), True)
        for special in ("__len__", "__bool__", "__eq__", "__add__", "__getitem__", "__hash__", "__lt__", "__contains__", "__iter__"):
            if self.chance(4):
                rest = "" if special in ("__len__", "__bool__", "__hash__", "__iter__") else ", other"
                self.put(1, f"def {special}(self{rest}):")
                self.put(2, f"return {self.expression(['self.attr'] + (['other'] if rest else []), 2)}")
        self.classes.append(name)

    def whole(self):
        self.lines.append(PRELUDE)
        for _ in range(3 + self.random.randrange(3)):
            try:
                if self.chance(3):
                    self.cls()
                else:
                    self.functions.append(self.function())
            except RecursionError:
                pass
        for name in self.functions * 2:
            self.put(0, f"attempt({name}, {self.expression([])!r}, {self.expression([])!r})")
        for name in self.classes:
            self.put(0, f"attempt(lambda a, b: {name}(a).method(b), {self.expression([])!r}, {self.expression([])!r})")
        return "\n".join(self.lines) + "\n"


PRELUDE = '''\
import sys
sys.setrecursionlimit(150)
N_SHOWN = 0


class Base:
    def __init__(self, attr=None):
        self.attr = attr

    def __repr__(self):
        return "<%s>" % type(self).__name__


class Manager(Base):
    def __enter__(self):
        return self.attr

    def __exit__(self, kind, error, trace):
        show(kind and kind.__name__)
        return kind is KeyError


def plain(x, depth=0):
    if depth > 4:
        return "..."
    if x is None or type(x) in (int, str, bytes, bool, complex):
        try:
            return "an address" if " at 0x" in repr(x) else repr(x)[:100]
        except ValueError as error:
            return str(error)
    if type(x) is float:
        return repr(x)
    if type(x) in (list, tuple):
        return type(x).__name__ + "(" + ", ".join(plain(i, depth + 1) for i in list(x)[:8]) + ")"
    if type(x) is dict:
        return "{" + ", ".join(plain(k, depth + 1) + ": " + plain(v, depth + 1) for k, v in list(x.items())[:8]) + "}"
    if isinstance(x, RecursionError):
        return "RecursionError"
    if isinstance(x, BaseException):
        text = type(x).__name__ + ": " + " ".join(w for w in str(x)[:200].split() if "0x" not in w)
        return text + ("" if x.__context__ is None or depth else " during " + plain(x.__context__, 1))
    return "<" + type(x).__name__ + ">"


def show(x):
    global N_SHOWN
    N_SHOWN += 1
    if N_SHOWN < 400:
        print(plain(x))


def attempt(function, a, b):
    global N_SHOWN
    N_SHOWN = 0
    try:
        x = function(eval(a), eval(b))
        for _ in range(6):
            if type(x).__name__ != "generator":
                break
            show(next(x))
        show(x)
    except Exception as error:
        trace = error.__traceback__
        lines = []
        while trace is not None and len(lines) < 12:
            lines.append(trace.tb_lineno)
            trace = trace.tb_next
        print(plain(error), [] if isinstance(error, RecursionError) else lines)
'''


def program(seed, number):
    """A program that compiles."""
    for attempt in range(50):
        text = Writer(seed, number + attempt * 10**9).whole()
        try:
            with warnings.catch_warnings(action="ignore"):
                compile(text, "program", "exec")
        except (SyntaxError, ValueError):
            continue
        return text
    return "print('nothing')\n"


if __name__ == "__main__":
    sys.stdout.write(program(int(sys.argv[1]), int(sys.argv[2])))
