# Which slots a class gets when it says only half of what belongs together; descriptors in the place of methods.
import types

for base in (list, dict, set, frozenset, tuple, str, int, float, complex, bytes, bytearray):

    class Hashed(base):
        def __hash__(self):
            return 1

    class Below(Hashed):
        pass

    class Equal(base):
        def __eq__(self, other):
            return "equal"

    print(base.__name__, Hashed() == Hashed(), Hashed() != Hashed(), Below() == base(), {Below(): 1}.get(Hashed()))
    print(Equal() == Equal(), Equal.__hash__, Equal() != Equal())


class Raises:
    @property
    def __eq__(self):
        raise AttributeError("no comparison")

    @property
    def __add__(self):
        raise AttributeError("no sum")


print(Raises() == Raises(), Raises() == 1)
try:
    Raises() + 1
except AttributeError as error:
    print(error)


class Owner:
    def method(self, *args):
        return args


bound = Owner().method


class Holder:
    by_class = classmethod(bound)
    plain = bound


print(Holder.by_class() == (Holder,), Holder().plain(), hasattr(types.MethodType, "__get__"))

# A function of a module's or a class's code works in its globals.
names = {"__builtins__": __builtins__}
run = types.FunctionType(compile("x = 1\nprint(x)\nfor i in range(3): y = x + i", "text", "exec"), names)
for _ in range(3):
    run()
    print(names["y"], sorted(names))
body = types.FunctionType(compile("class A:\n  q = 1\n  print(q)", "text", "exec").co_consts[0], names)
body(), body(*()), print(sorted(names))

error = ImportError("text", name="name", path="path")
error.__init__()
print(error.msg, error.name, error.path)


class Bytes(bytes):
    pass


print(Bytes(b"ab").__getnewargs__(), Bytes(b"ab").__reduce_ex__(4)[1:], bytearray(b"ab").__reduce_ex__(4))
