# Pickling things that change, or use the pickler, while they are pickled; memo numbers and lengths that lie.
import _pickle
import io
from _pickle import Pickler, Unpickler, dumps, loads


def attempt(name, function, *args):
    try:
        value = function(*args)
        print(name, "done" if value is None else type(value).__name__)
    except Exception as error:
        print(name, type(error).__name__, error)


class Reentrant(Pickler):
    def persistent_id(self, obj):
        self.act(self)


for name, act in {
    "dump": lambda p: p.dump(5),
    "init": lambda p: p.__init__(io.BytesIO()),
    "clear_memo": lambda p: p.clear_memo(),
    "set memo": lambda p: setattr(p, "memo", {}),
    "set id": lambda p: setattr(p, "persistent_id", lambda obj: None),
    "fast": lambda p: setattr(p, "fast", not p.fast),
    "bin": lambda p: setattr(p, "bin", not p.bin),
    "write": lambda p: p.memo.clear(),
}.items():
    for protocol in 0, 2, 5:
        p = Reentrant(io.BytesIO(), protocol)
        p.act = act
        attempt(name, p.dump, [(1, [2, "x"]), {"a": (1, 2, 3, 4)}, frozenset([1])])


class Loading(Unpickler):
    def persistent_load(self, id):
        return self.act(self)

    def find_class(self, module, name):
        self.act(self)
        return list


for name, act in {
    "load": lambda u: u.load(),
    "init": lambda u: u.__init__(io.BytesIO(b"N.")),
    "memo": lambda u: setattr(u, "memo", {}),
    "clear": lambda u: u.memo.clear(),
    "set load": lambda u: setattr(u, "persistent_load", str),
}.items():
    u = Loading(io.BytesIO(b"](Nq\0h\0VidQPid\ncm\nn\n)Rq\1e."))
    u.act = act
    attempt(name, u.load)


class Changing:
    def __init__(self, container):
        self.container = container

    def __reduce__(self):
        self.container.clear()
        return int, ()


for make in (lambda: [1, 2, 3], lambda: {1: 2, 3: 4}, lambda: {1, 2}):
    for protocol in 0, 2, 4:
        c = make()
        if type(c) is list:
            c.append(Changing(c))
            c += [1] * 2000
        elif type(c) is dict:
            c[5] = Changing(c)
            c[6] = 7
        else:
            c.add(Changing(c))
        attempt(type(c).__name__, dumps, c, protocol)


class Shrinking:
    def __init__(self, array):
        self.array = array

    def write(self, data):
        self.array.clear()


array = bytearray(200000)
attempt("bytearray", Pickler(Shrinking(array), 5).dump, array)
lists = [[b"x" * 70000] for _ in range(3)]
attempt("bytes", Pickler(Shrinking(lists), 4).dump, lists)

# Lengths and numbers that ask for more than there is.
attempt("far memo", loads, b"](Nr\xff\xff\xff\xffj\xff\xff\xff\xffNr\0\0\0\x10e\x94h\2.")
for data in (b"\x8e" + b"\xff" * 7 + b"\x7f", b"\x96" + b"\xff" * 7 + b"\x7f", b"B\xff\xff\xff\xff", b"\x8b\xff\xff\xff\x7f"):
    attempt(data, loads, data)
u = Unpickler(io.BytesIO())
u.memo = {2**40: 5, 3: 4}
print(u.memo.copy())
for cls in Pickler, Unpickler:
    print(cls.__new__(cls).memo.copy())


# The file keeps the memory that it reads into, and looks at it later.
class Keeping(io.BytesIO):
    def readinto(self, view):
        views.append(view)
        return super().readinto(view)


views = []
for obj in b"x" * 300000, bytearray(b"y" * 300000):
    _pickle.load(Keeping(dumps(obj, 5)))
print([bytes(view[:3]) for view in views], [len(view) for view in views])
views[0][:] = b"z" * len(views[0])


# Dictionaries that are their own instance's, and keys that are no str.
class Instance:
    pass


for state in ({1: 2, "a": 3}, {"a": Instance, 5: 6, "b": 7}):
    back = loads(b"".join([b"c__main__\nInstance\n)\x81", dumps(state, 2)[2:-1], b"b."]))
    print(list(back.__dict__.items())[0], len(back.__dict__))
