"""Names in odd places: del of globals, class bodies inside functions, exec with other mappings."""
import sys


def delete_global():
    global g
    g = 1
    del g
    try:
        del g
    except NameError as error:
        print(error)
    try:
        g
    except NameError as error:
        print(error)


delete_global()
x = "global"


def outer():
    x = "outer"
    free = "free"

    class Inner:
        try:
            print(x)
        except NameError as error:
            print(error)
        x = "class"
        print(x, free)
        del x
        try:
            print(x)
        except NameError as error:
            print(error)
        locals()["x"] = "by locals"
        print(x)
        try:
            del nothing
        except NameError as error:
            print(error)
        y = [free for _ in range(1)]
        f = lambda: free
    del free
    try:
        Inner.f()
    except NameError as error:
        print(error)
    return Inner


outer()


class Namespace(dict):
    def __missing__(self, key):
        if key.startswith("__"):
            raise KeyError(key)
        return "missing " + key

    def __setitem__(self, key, value):
        print("set", key)
        super().__setitem__(key, value)

    def __delitem__(self, key):
        print("delete", key)
        super().__delitem__(key)


exec("""
a = b
del a
print(a)
import sys
for i in 1, 2: pass
def f(): return a
class C: z = 1
try:
    print(f())
except NameError as e:
    print(e)
print(locals() is not globals())
""", {}, Namespace(print=print, NameError=NameError, locals=locals, globals=globals))


class Odd:
    def __getitem__(self, key):
        raise KeyError(key) if key != "boom" else ZeroDivisionError

    def __setitem__(self, key, value):
        raise OverflowError(key)

    def __delitem__(self, key):
        raise KeyError(key)


for text in "a", "boom", "a = 1", "del a", "len", "global a; a = 1; print(a)", "class A: pass", "import sys", "a: int = 1", "a: int", "def f(a: boom): pass":
    try:
        exec(text, {}, Odd())
        print(text, "fine")
    except Exception as error:
        print(text, "->", type(error).__name__, error)

for text in "a", "len", "a = 1", "class A: x = 1", "print(__build_class__)", "assert 0", "def f(): pass", "x = [i for i in (1,)]":
    for builtins in {}, Odd(), 5, None, Namespace(print=print), sys:
        try:
            exec(text, {"__builtins__": builtins})
            print(text, type(builtins).__name__, "fine")
        except Exception as error:
            print(text, type(builtins).__name__, "->", type(error).__name__, error)


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases, **kwargs):
        return kwargs["namespace"]

    def __new__(meta, name, bases, body, **kwargs):
        print(name, type(body).__name__, [key for key in body if not key.startswith("__")] if isinstance(body, dict) else "")
        return type.__new__(meta, name, bases, dict(body)) if isinstance(body, dict) else 5

    def __init__(*args, **kwargs):
        pass


for mapping in {}, Namespace(), Odd(), 5, None:
    try:
        class A(metaclass=Meta, namespace=mapping):
            q = 1
            r = q
            del q
            def m(self): return __class__
        print(A)
    except Exception as error:
        print(type(error).__name__, error)
