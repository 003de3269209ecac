# Parameters, calls, closures, decorators, recursion, lambda, docstrings, attributes of functions and code.
def args(a, b=2, /, c=3, *d, e, f=6, **g):
    return a, b, c, d, e, f, g


print(args(1, e=5), args(1, 2, 3, 4, 5, e=6, h=7), args(1, c=9, e=0, b=8))
print(args.__defaults__, args.__kwdefaults__, args.__name__, args.__qualname__)
c = args.__code__
print(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_varnames, c.co_flags & 0xC)

calls = [
    "args()", "args(1)", "args(1, 2, 3)", "args(1, e=1, a=2)", "args(1, 2, c=3, e=4, **{'c': 5})", "args(*[1, 2], *[3], **{'e': 4})",
    "args(1, **{'e': 1}, **{'z': 2})", "args(1, **{'e': 1}, **{'e': 2})", "args(*5)", "args(**5)", "args(1, e=2, *(3, 4))",
    "none()", "none(1)", "none(k=1)", "one()", "one(1, 2)", "one(b=1)", "one(1, a=1)", "kwonly()", "kwonly(1)", "kwonly(a=1)",
    "kwonly(a=1, b=2, c=3)", "defaults()", "defaults(5)", "defaults(b=5)", "defaults(1, 2, 3)", "args(1, **{2: 3}, e=1)",
]


def none():
    return "none"


def one(a):
    return a


def kwonly(*, a, b=2):
    return a, b


def defaults(a=[], b={}):
    return a, b


for call in calls:
    try:
        print(call, "->", eval(call))
    except TypeError as e:
        print(call, "!", e)


def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, *rest):
    return a0, a19, rest


print(many(*range(25)))
print(eval("(lambda *a: len(a))(" + ", ".join(map(str, range(600))) + ")"))
print(eval("(lambda **k: len(k))(" + ", ".join(f"k{i}={i}" for i in range(600)) + ")"))


def closures():
    fs = []
    for i in range(3):
        fs.append(lambda: i)
    print([f() for f in fs], [f() for f in [lambda i=i: i for i in range(3)]])

    def counter():
        n = 0

        def inc(by=1):
            nonlocal n
            n += by
            return n

        def get():
            return n
        return inc, get
    inc, get = counter()
    inc(), inc(5)
    print(get(), inc.__closure__[0].cell_contents, inc.__code__.co_freevars, counter.__code__.co_cellvars)

    def outer(x, y=2):
        def middle():
            def inner():
                nonlocal x
                x += y
                return x
            return inner
        return middle()
    print(outer(1)(), outer(1, 10)())

    def param_cell(a, *b, c=1, **d):
        return lambda: (a, b, c, d)
    print(param_cell(1, 2, 3, c=4, e=5)())

    def unbound():
        def g():
            return late
        try:
            g()
        except NameError as e:
            print(e)
        late = 1
        print(g())
        del late
        try:
            g()
        except NameError as e:
            print(e)
        try:
            late
        except NameError as e:
            print(type(e).__name__, e)
    unbound()

    def self_recursive(n):
        return 1 if n == 0 else n * self_recursive(n - 1)
    print(self_recursive(10))


closures()


def decorate(*labels):
    def wrap(f):
        f.labels = labels + getattr(f, "labels", ())
        return f
    return wrap


@decorate("a")
@decorate("b", "c")
def decorated(x: int, *y: "str", z: 1 + 1 = 3, **k: dict) -> list[int]:
    """Doc
    string."""
    return x


print(decorated.labels, decorated.__doc__, decorated.__annotations__)
print((lambda: 0).__doc__, (lambda: "not a doc").__doc__, none.__doc__)


def not_doc():
    f"formatted"


def no_doc():
    "a" "b"


print(not_doc.__doc__, no_doc.__doc__)
print((lambda x, *y, z=1, **k: (x, y, z, k))(1, 2, z=3, w=4))
print((lambda: (yield))().__class__.__name__)


def local_names():
    if False:
        x = 1
    try:
        return x
    except UnboundLocalError as e:
        return str(e)


print(local_names())


def conditional(flag):
    if flag:
        value = 1
    elif flag is None:
        value = 2
    for i in range(2 if flag else 0):
        last = i
    try:
        return value, last
    except UnboundLocalError as e:
        return str(e)


print(conditional(True), conditional(None), conditional(False))


def late_loop(n):
    for i in range(n):
        if i:
            print(prev)
        prev = i
        if i == 1:
            del prev
            prev = "again"


late_loop(3)


def ack(m, n):
    return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))


print(ack(2, 3))


def is_even(n):
    return n == 0 or is_odd(n - 1)


def is_odd(n):
    return n != 0 and is_even(n - 1)


print(is_even(100), is_odd(7))
g = 1


def globals_():
    global g, new_global
    g += 1
    new_global = g * 2
    def inner():
        global g
        g = "inner"
        return g
    return inner()


print(globals_(), g, new_global)


def class_in_function(base):
    class C(base):
        attr = base.__name__

        def method(self):
            return base, self.attr, __class__
    return C


C = class_in_function(dict)
print(C().method()[1:], C.__qualname__, C.method.__qualname__)


def star_annotation(*args: *tuple[int, str]):
    pass


print(star_annotation.__annotations__)


def default_scopes(x=[i for i in range(3)], y=lambda z=g: z):
    return x, y()


print(default_scopes())


def shadow(print):
    return [print for print in print]


print(shadow("ab"))


def return_forms(n):
    if n == 0: return
    if n == 1: return ()
    if n == 2: return 1, *[2, 3]
    if n == 3: return (yield_ := 5)
    return not n


print([return_forms(n) for n in range(5)])
