"""Training: a small language with a tokenizer, a parser and an evaluator: strings, tuples, recursion, dispatch."""


class Fault(Exception):
    def __init__(self, message, at):
        super().__init__(message)
        self.at = at


def tokens(text):
    at, end = 0, len(text)
    while at < end:
        c = text[at]
        if c.isspace():
            at += 1
        elif c.isdigit():
            start = at
            while at < end and (text[at].isdigit() or text[at] == "."):
                at += 1
            yield ("number", text[start:at], start)
        elif c.isalpha() or c == "_":
            start = at
            while at < end and (text[at].isalnum() or text[at] == "_"):
                at += 1
            word = text[start:at]
            yield (word if word in ("let", "if", "while", "fn", "else") else "name", word, start)
        elif text[at:at + 2] in ("==", "<=", ">=", "!="):
            yield ("op", text[at:at + 2], at)
            at += 2
        elif c in "+-*/%<>=(){},;":
            yield ("op", c, at)
            at += 1
        else:
            raise Fault(f"what is {c!r}?", at)
    yield ("end", "", end)


LEVELS = [("==", "!="), ("<", ">", "<=", ">="), ("+", "-"), ("*", "/", "%")]


class Parser:
    def __init__(self, text):
        self.tokens = list(tokens(text))
        self.at = 0

    def peek(self, *texts):
        return self.tokens[self.at][1] in texts

    def take(self, text=None):
        kind, found, at = self.tokens[self.at]
        if text is not None and found != text:
            raise Fault(f"{text} expected, not {found}", at)
        self.at += 1
        return found

    def block(self):
        self.take("{")
        body = []
        while not self.peek("}"):
            body.append(self.statement())
        self.take("}")
        return ("block", body)

    def statement(self):
        if self.peek("let"):
            self.take()
            name = self.take()
            self.take("=")
            value = self.expression()
            self.take(";")
            return ("set", name, value)
        if self.peek("while"):
            self.take()
            return ("while", self.expression(), self.block())
        if self.peek("if"):
            self.take()
            test, then = self.expression(), self.block()
            other = None
            if self.peek("else"):
                self.take()
                other = self.block()
            return ("if", test, then, other)
        if self.peek("fn"):
            self.take()
            name = self.take()
            self.take("(")
            names = []
            while not self.peek(")"):
                names.append(self.take())
                if self.peek(","):
                    self.take()
            self.take(")")
            return ("fn", name, names, self.block())
        value = self.expression()
        self.take(";")
        return value

    def expression(self, level=0):
        if level == len(LEVELS):
            return self.atom()
        left = self.expression(level + 1)
        while self.peek(*LEVELS[level]):
            op = self.take()
            left = ("binary", op, left, self.expression(level + 1))
        return left

    def atom(self):
        kind, text, at = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return ("number", float(text) if "." in text else int(text))
        if kind == "name":
            if self.peek("("):
                self.take("(")
                args = []
                while not self.peek(")"):
                    args.append(self.expression())
                    if self.peek(","):
                        self.take()
                self.take(")")
                return ("call", text, args)
            return ("name", text)
        if text == "(":
            value = self.expression()
            self.take(")")
            return value
        raise Fault("a value expected", at)


OPERATIONS = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "%": lambda a, b: a % b, "<": lambda a, b: a < b, ">": lambda a, b: a > b, "==": lambda a, b: a == b,
    "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "!=": lambda a, b: a != b,
}


class Machine:
    def __init__(self):
        self.functions = {}
        self.scopes = [{}]

    def run(self, tree):
        return getattr(self, "run_" + tree[0])(*tree[1:])

    def run_number(self, value):
        return value

    def run_name(self, name):
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        raise NameError(name)

    def run_set(self, name, value):
        self.scopes[-1][name] = self.run(value)

    def run_block(self, body):
        result = None
        for statement in body:
            result = self.run(statement)
        return result

    def run_if(self, test, then, other):
        if self.run(test):
            return self.run(then)
        return self.run(other) if other is not None else None

    def run_while(self, test, body):
        while self.run(test):
            self.run(body)

    def run_fn(self, name, names, body):
        self.functions[name] = (names, body)

    def run_call(self, name, args):
        try:
            names, body = self.functions[name]
        except KeyError:
            raise NameError(name) from None
        self.scopes.append(dict(zip(names, map(self.run, args))))
        try:
            return self.run(body)
        finally:
            self.scopes.pop()

    def run_binary(self, op, left, right):
        return OPERATIONS[op](self.run(left), self.run(right))


PROGRAM = """
fn power(x, n) { if n == 0 { 1; } else { x * power(x, n - 1); } }
let i = 0; let total = 0.5;
while i < 40 { let total = total + power(i, 5) % 1000 / 3; let i = i + 1; }
total;
"""
for _ in range(60):
    machine = Machine()
    parser = Parser("{" + PROGRAM + "}")
    result = machine.run(parser.block())
missing = 0
for text in ("{ x; }", "{ 1 + ; }", "{ f(1); }", "{ $ }") * 200:
    try:
        Machine().run(Parser(text).block())
    except (NameError, Fault):
        missing += 1
print(result, missing)
