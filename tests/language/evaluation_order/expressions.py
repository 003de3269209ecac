# Operands are evaluated from left to right, once, and before the operation.
log = []


class V:
    def __init__(self, name):
        self.name = name

    def __getattr__(self, attr):
        log.append(f"{self.name}.{attr}")
        return V(f"{self.name}.{attr}")

    def __getitem__(self, key):
        log.append(f"{self.name}[{key!r}]")
        return V(f"{self.name}[]")

    def __setitem__(self, key, value):
        log.append(f"{self.name}[{key!r}]={value!r}")

    def __delitem__(self, key):
        log.append(f"del {self.name}[{key!r}]")

    def __call__(self, *args, **kwargs):
        log.append(f"{self.name}({args!r}, {kwargs!r})")
        return V(f"{self.name}()")

    def __bool__(self):
        log.append(f"bool {self.name}")
        return self.name[-1] in "135"

    def __repr__(self):
        return f"<{self.name}>"

    def _binary(op):
        def method(self, other):
            log.append(f"{self.name}{op}{other!r}")
            return V(f"({op})")
        return method

    __add__ = _binary("+")
    __sub__ = _binary("-")
    __mul__ = _binary("*")
    __matmul__ = _binary("@")
    __pow__ = _binary("**")
    __lt__ = _binary("<")
    __eq__ = _binary("==")
    __iadd__ = _binary("+=")
    __imul__ = _binary("*=")
    __hash__ = object.__hash__

    def __neg__(self):
        log.append(f"-{self.name}")
        return V("neg")

    def __contains__(self, x):
        log.append(f"{x!r} in {self.name}")
        return True


def v(n):
    log.append(n)
    return V(f"v{n}")


def show(title):
    print(title, "|", "; ".join(map(str, log)))
    log.clear()


def expressions():
    v(1) + v(2) * v(3) - v(4)
    show("arithmetic")
    (v(1) + v(2)) @ (v(3) - v(4)) ** -v(5)
    show("nested")
    v(1)[v(2)]
    show("subscript")
    v(1)[v(2):v(3)]
    show("slice")
    v(1)[v(2):v(3):v(4), v(5)]
    show("slices")
    v(1)(v(2), v(3), *[v(4), v(5)], v(6), k=v(7), **{"m": v(8)}, n=v(9))
    show("call")
    v(1).meth(v(2), k=v(3)).other(v(4))
    show("method")
    v(1) < v(2)
    show("compare")
    v(1) < v(2) < v(3)
    show("chain stops")
    V("t1") < V("t3")
    log.clear()
    v(0) < v(1) in v(3)
    show("mixed chain")
    [v(1), *[v(2)], v(3)]
    show("list")
    {v(1): v(2), **{v(3): v(4)}, v(5): v(6)}
    show("dict")
    v(1) if v(2) else v(3)
    show("conditional false")
    v(1) if v(3) else v(2)
    show("conditional true")
    v(2) and v(4) or v(1) and v(3)
    show("boolean")
    not (v(1) and v(2))
    show("not")
    f"{v(1)}{v(2)!r:{v(3)}}" if False else f"{v(1)!r}{v(2)!r}"
    show("fstring")
    (lambda a=v(1), *, b=v(2): 0)
    show("defaults")
    v(1).a.b[v(2)].c
    show("trailers")
    -v(1) + -v(2)
    show("unary")


def targets():
    v(1)[v(2)] = v(3)
    show("store")
    v(1)[v(2)], v(3).attr_ = v(4), v(5)
    show("store two")
    v(1)[v(2)] = v(3)[v(4)] = v(5)
    show("store chain")
    v(1)[v(2)] += v(3)
    show("augmented item")
    a = V("a")
    b = a
    a += v(1)
    print(a is b, repr(a))
    show("augmented name")
    del v(1)[v(2)], v(3)[v(4)]
    show("delete")
    (v(1)[v(2)], *v(3)[v(4):v(5)]), v(6)[v(7)] = (v(8), v(9)), v(10)
    show("nested targets")
    for v(1)[v(2)] in [v(3), v(4)]:
        pass
    show("for target")
    x = [v(1)[i] for i in (v(2), v(3)) if v(5)]
    show("comprehension")


def decorated():
    def d(n):
        log.append(f"d{n}")
        def wrap(f):
            log.append(f"wrap{n}")
            return f
        return wrap

    @d(1)
    @d(2)
    def f(a=v(3), *, b=v(4)) -> v(5):
        pass
    show("decorators")

    @d(1)
    @d(2)
    class C(*[object], metaclass=(log.append("meta"), type)[1]):
        log.append("body")
    show("class")


expressions()
targets()
decorated()
