"""Each operation on a weak reference's proxy is its referent's; the same ends in ReferenceError once that is dead."""
import _weakref
import gc
import operator


class Everything:
    def __init__(self):
        self.items = [3, 1, 2]

    def __repr__(self):
        return "Everything"

    def __str__(self):
        return "everything"

    def __bytes__(self):
        return b"bytes"

    def __bool__(self):
        return False

    def __len__(self):
        return len(self.items)

    def __getitem__(self, key):
        return "item", key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("delete", key)

    def __contains__(self, item):
        return item in self.items

    def __iter__(self):
        return iter(self.items)

    def __reversed__(self):
        return reversed(self.items)

    def __call__(self, *args, **kwargs):
        return args, kwargs

    def __int__(self):
        return 7

    def __index__(self):
        return 8

    def __float__(self):
        return 2.5

    def __hash__(self):
        return 1

    def __pow__(self, other, modulus=None):
        return "**", type(other).__name__, modulus

    def __rpow__(self, other, modulus=None):
        return "r**", type(other).__name__, modulus

    def __ipow__(self, other):
        return "**=", type(other).__name__


def unary(name):
    return lambda self: name


def binary(name):
    return lambda self, other: (name, type(other).__name__)


for name in "neg", "pos", "abs", "invert":
    setattr(Everything, f"__{name}__", unary(name))
for name in "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "lshift", "rshift", "and", "or", "xor":
    for form in ("", "r", "i") if name != "divmod" else ("", "r"):
        setattr(Everything, f"__{form}{name}__", binary(form + name))
for name in "lt", "le", "eq", "ne", "gt", "ge":
    setattr(Everything, f"__{name}__", binary(name))

UNARY = (repr, str, bytes, bool, len, list, reversed, abs, operator.neg, operator.pos, operator.invert, int, float, operator.index,
         hash, dir, vars, iter, next)
BINARY = (operator.add, operator.sub, operator.mul, operator.matmul, operator.truediv, operator.floordiv, operator.mod, divmod,
          operator.lshift, operator.rshift, operator.and_, operator.or_, operator.xor, pow, operator.lt, operator.le, operator.eq,
          operator.ne, operator.gt, operator.ge, operator.iadd, operator.isub, operator.imul, operator.imatmul, operator.itruediv,
          operator.ifloordiv, operator.imod, operator.ilshift, operator.irshift, operator.iand, operator.ior, operator.ixor,
          operator.ipow, operator.contains, operator.getitem, operator.delitem)


def shown(function, *args):
    try:
        result = function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if result is NotImplemented or function in (hash,):
        return repr(result)
    if function in (reversed, iter):
        return list(result)
    if function is dir:
        return len(result) > 50
    if function in (repr, str):
        return result.split(" at ")[0]
    return result


def all_of(p, title):
    print(title, type(p).__name__)
    for function in UNARY:
        print(function.__name__, shown(function, p))
    for function in BINARY:
        print(function.__name__, shown(function, p, 1), shown(function, 1, p), shown(function, p, p))
    print(shown(pow, p, 2, 3), shown(pow, 2, p, 3), shown(pow, 2, 3, p))
    print(shown(operator.setitem, p, 1, 2), shown(lambda: p(1, a=2)))
    print(shown(setattr, p, "x", 1), shown(getattr, p, "x"), shown(delattr, p, "x"), shown(getattr, p, "x"))
    print(shown(lambda: p.__class__), shown(isinstance, p, Everything))


referent = Everything()
proxy = _weakref.proxy(referent)
all_of(proxy, "live")
del referent
gc.collect()
all_of(proxy, "dead")


class Counts:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n


class Less:
    pass


counts, less = Counts(), Less()
print(list(_weakref.proxy(counts)), shown(next, _weakref.proxy(counts)))
all_of(_weakref.proxy(less), "less")
r = _weakref.ref(less)
print(repr(r).split(" at ")[0], "; to 'Less' at" in repr(r))
del less
print(repr(r).split("; ")[1], repr(r) == repr(r), shown(hash, r))
print(shown(_weakref.proxy, 1), shown(_weakref.proxy, counts, None, None))


class Drops:
    """The last reference goes while the operation runs."""
    def __add__(self, other):
        global drops
        del drops
        gc.collect()
        return "added"

    __getitem__ = __call__ = __add__

    def __del__(self):
        print("dropped", end=" ")


for use in lambda p: p + 1, lambda p: p[1], lambda p: p(1):
    drops = Drops()
    print(use(_weakref.proxy(drops)))
