# Module _pickle: what programs plug into it: files, ids, tables, reducers, buffers, memos, find_class, extension codes.
import _pickle
import copyreg
import gc
import io
import re
import sys
import weakref
from _pickle import PickleBuffer, Pickler, PicklingError, Unpickler, UnpicklingError, dump, dumps, load, loads


def show(text, names=None):
    try:
        value = eval(text, globals(), names)
    except Exception as error:
        value = f"{type(error).__name__} {error}"
    print(text, "->", re.sub(r" at 0x[0-9a-f]+", "", str(value)))


class Thing:
    def __init__(self, reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


def local():
    class Local:
        pass
    return Local


class Renamed:
    pass


class Lost:
    pass


Lost.__module__ = "no_module"
Moved = Renamed
Renamed = None

# What can't be pickled.
for text in ("Thing('nope')", "Thing(5)", "Thing(())", "Thing((1,))", "Thing((1, 2))", "Thing((int, 2))", "Thing((int, (), None, 1))",
             "Thing((int, (), None, None, 1))", "Thing((int, (), None, None, None, 1))", "Thing((int,) * 7)", "Thing('Thing')",
             "Thing((copyreg.__newobj__, ()))", "Thing((copyreg.__newobj__, (1,)))", "Thing((copyreg.__newobj__, (int,)))",
             "Thing((copyreg.__newobj_ex__, (1,)))", "Thing((copyreg.__newobj_ex__, (1, 2, 3)))", "Thing((copyreg.__newobj_ex__, (int, 2, 3)))",
             "Thing((copyreg.__newobj_ex__, (int, (), 3)))", "Thing((int, (), None, None, iter([1])))", "Thing((int, (), None, None, iter([(1,)])))",
             "local()", "local()()", "lambda: 0", "Moved", "Moved()", "Lost", "sys", "sys._getframe()", "(i for i in ())",
             "open('/dev/null')", "PickleBuffer(b'a')", "type(iter([]))"):
    show(f"dumps({text})")
    show(f"dumps({text}, 0)")
for text in ("PickleBuffer(memoryview(b'abcd')[::2])", "PickleBuffer(b'a')", "PickleBuffer(bytearray(b'a'))", "Thing((int, ('5',), None, iter(())))"):
    show(f"dumps({text}, 5)")
for text in ("dumps(1, 6)", "dumps(1, 'x')", "dumps(1, -1)", "dumps(1, None)", "dumps(1, True)", "dumps(1, 2**70)", "dumps()", "dumps(1, 2, 3)", "dumps(1, nope=2)",
             "dumps(1, 4, buffer_callback=print)", "dumps(1, buffer_callback=None)", "dump(1)", "dump(1, 5)", "dump(1, io.StringIO())", "dump(1, file=io.BytesIO())",
             "loads()", "loads(data=b'N.')", "loads(b'N.', encoding=5)", "loads(b'N.', encoding='a\\0b')", "loads(b'N.', errors=None)", "loads(b'N.', 1)",
             "loads(b'N.', buffers=None)", "load(5)", "load(io.StringIO('N.'))", "load(io.BytesIO(b''))", "Pickler()", "Unpickler()", "Pickler(1)", "Unpickler(1)",
             "Unpickler(io.BytesIO(), 9)", "Pickler(io.BytesIO(), 9)", "Pickler.__new__(Pickler).dump(1)", "Unpickler.__new__(Unpickler).load()",
             "type(Pickler(io.BytesIO()).memo)()"):
    show(text)

# Attributes.
p, u = Pickler(io.BytesIO()), Unpickler(io.BytesIO(b"N."))
for name in "persistent_id", "memo", "dispatch_table", "bin", "fast":
    for text in f"p.{name}", f"setattr(p, {name!r}, 1)", f"delattr(p, {name!r})":
        if name != "memo" or "set" in text or "del" in text:
            show(text)
for name in "persistent_load", "memo", "bin":
    for text in f"u.{name}", f"setattr(u, {name!r}, 1)", f"delattr(u, {name!r})":
        if name != "memo" or "set" in text or "del" in text:
            show(text)
for text in ("setattr(p, 'memo', {1: 2})", "setattr(p, 'memo', {1: ('x', 2)})", "setattr(p, 'memo', {1: (3, 'x')})", "list(p.memo.copy().values())", "hash(p.memo)",
             "p.memo.__reduce__()[0]", "p.memo.clear()", "p.memo.copy()", "setattr(u, 'memo', {-1: 2})", "setattr(u, 'memo', {'a': 2})", "setattr(u, 'memo', u.memo)", "u.memo.copy()", "u.memo.clear()", "u.memo.copy()", "hash(u.memo)",
             "u.find_class('os', 1)", "u.find_class(1, 'a')", "u.find_class('os')", "u.find_class('os', 'sep')", "u.find_class('__builtin__', 'xrange')",
             "Unpickler(io.BytesIO(), fix_imports=False).find_class('__builtin__', 'xrange')"):
    show(text)

# The memo goes on from dump to dump, and to another pickler.
out = io.BytesIO()
p = Pickler(out, 2)
x = ["x"]
p.dump(x), p.dump(x)
q = Pickler(out, 2)
q.memo = p.memo
q.dump(x)
p.clear_memo()
p.dump(x)
print(out.getvalue(), len(p.memo.copy()), len(q.memo.copy()))
out.seek(0)
u = Unpickler(out)
first = u.load()
print(u.load() is first, u.load() is first, u.memo.copy(), u.load() is first)
show("u.load()")
v = Unpickler(io.BytesIO(b"h\0."))
v.memo = u.memo
print(v.load())

# Fast mode.
p = Pickler(out := io.BytesIO(), 4)
p.fast = True
p.dump(["a", "a", ("b",), {1: []}])
print(out.getvalue())
cycle = []
cycle.append(cycle)
show("p.dump(cycle)")
p.dump([[[[1]]]])
d = {}
d[1] = d
show("p.dump(d)")
deep = []
for i in range(70):
    deep = [deep, {1: deep}] if i < 3 else [deep]
p.dump(deep)


# Persistent ids, by method, by attribute, by subclass.
class Ids(Pickler):
    def persistent_id(self, obj):
        return f"id of {obj}" if isinstance(obj, int) else None


class Things(Unpickler):
    def persistent_load(self, id):
        return (id,)


for protocol in range(6):
    Ids(out := io.BytesIO(), protocol).dump([1, "a", (2, {3: 4})])
    print(out.getvalue(), Things(io.BytesIO(out.getvalue())).load())
p = Pickler(out := io.BytesIO())
p.persistent_id = lambda obj: obj if obj == "special" else None
p.dump(["special"])
u = Unpickler(io.BytesIO(out.getvalue()))
u.persistent_load = str.upper
print(u.load())
show("Unpickler(io.BytesIO(out.getvalue())).load()")
p = Pickler(io.BytesIO(), 0)
p.persistent_id = lambda obj: "\xe9"
show("p.dump(1)")
p.persistent_id = lambda obj: 1 / 0
show("p.dump(1)")
u = Things(io.BytesIO(b"P\xe9\n."))
show("u.load()")
print(Things(io.BytesIO()).persistent_load(5), Ids(io.BytesIO()).persistent_id(5))


# Tables and reducers.
class Tabled(Pickler):
    dispatch_table = {complex: lambda z: (list, (str(z),))}


class Overridden(Pickler):
    def reducer_override(self, obj):
        if obj is len:
            return "abs"
        if isinstance(obj, type) and issubclass(obj, Thing):
            return int, ("7",)
        if isinstance(obj, complex):
            return 5
        return NotImplemented


def by(cls, obj, *args):
    cls(out := io.BytesIO(), *args).dump(obj)
    return loads(out.getvalue())


show("by(Tabled, [1j, 1j])")
show("by(Overridden, [Thing, Thing, max])")
show("by(Overridden, len)")
show("by(Overridden, 1j)")
p = Pickler(io.BytesIO())
p.dispatch_table = {}
show("p.dispatch_table")
p.dispatch_table = 5
show("p.dump(1j)")
p.dump([1])
copyreg.pickle(Moved, lambda obj: (str, ("moved",)))
show("loads(dumps(Moved()))")
del copyreg.dispatch_table[Moved]

# Extension codes.
copyreg.add_extension("__main__", "Thing", 300)
for protocol in 1, 2, 4:
    print(dumps(Thing, protocol), loads(dumps(Thing, protocol)))
copyreg.remove_extension("__main__", "Thing", 300)
show("loads(b'\\x80\\x02\\x83,\\x01.')")
copyreg._extension_registry["__main__", "Thing"] = "x"
show("dumps(Thing)")
copyreg._extension_registry["__main__", "Thing"] = -5
show("dumps(Thing)")
del copyreg._extension_registry["__main__", "Thing"]
copyreg._inverted_registry[9] = 5
show("loads(b'\\x82\\x09.')")
del copyreg._inverted_registry[9]


# find_class of a subclass.
class Safe(Unpickler):
    def find_class(self, module, name):
        print("asked for", module, name)
        if "builtin" not in module:
            raise UnpicklingError(f"{module} is forbidden")
        return super().find_class(module, name)


print(Safe(io.BytesIO(dumps([range(3), {1}, len], 2))).load())
show("Safe(io.BytesIO(dumps(Thing))).load()")

# Buffers out of band.
buffers = []
data = dumps([PickleBuffer(b"read only"), PickleBuffer(bytearray(b"writable"))], 5, buffer_callback=buffers.append)
print(data, [bytes(b) for b in buffers], [bytes(b) for b in loads(data, buffers=buffers)], [type(b).__name__ for b in loads(data, buffers=buffers)])
print(dumps(PickleBuffer(b"in"), 5, buffer_callback=lambda b: True), [m.readonly for m in loads(data, buffers=[bytearray(1), b"b"]) if type(m) is memoryview])
show("dumps(PickleBuffer(b''), 5, buffer_callback=lambda b: 1 / 0)")
b = PickleBuffer(b"x")
b.release()
show("dumps(b, 5)")


# Files of all kinds.
class Chunks:
    def __init__(self):
        self.sizes = []

    def write(self, data):
        self.sizes.append((type(data).__name__, len(data)))


for obj in "x" * 100000, [b"y" * 70000] * 2 + [1], ["z" * 100 + str(i) for i in range(3000)], bytearray(70000), 5, ["\ud800" * 30000]:
    for protocol in 2, 4, 5:
        dump(obj, chunks := Chunks(), protocol)
        print(protocol, chunks.sizes)


class Odd:
    def __init__(self, data, **methods):
        self.file = io.BytesIO(data)
        self.calls = []
        for name, method in methods.items():
            setattr(self, name, method)

    def read(self, n):
        self.calls.append(("read", n))
        return self.file.read(n)

    def readline(self):
        self.calls.append("readline")
        return self.file.readline()


class Into(Odd):
    def readinto(self, view):
        self.calls.append(("readinto", len(view), view.readonly))
        return self.file.readinto(view)


class Peek(Into):
    def peek(self, n):
        self.calls.append(("peek", n))
        data = self.file.read(min(n, 50))
        self.file.seek(-len(data), 1)
        return data


for cls in Odd, Into, Peek:
    for obj, protocol in (([1, "a", b"bytes" * 20, 1.5], 0), ([1, "a" * 60, b"bytes" * 20, bytearray(80)], 5), ([1, b"bytes" * 20], 3), (5, 2)):
        file = cls(dumps(obj, protocol) + b"rest")
        print(load(file) == obj, file.calls, file.file.tell())
data = dumps(b"bytes" * 20, 3)
for methods in ("read=lambda n: 'text'", "read=lambda n: 5", "read=lambda n: 1 / 0", "read=lambda n: b''", "readinto=lambda v: -5", "readinto=lambda v: 'x'", "readinto=lambda v: 3",
                "readinto=lambda v: 10**30", "peek=lambda n: 1 / 0", "peek=lambda n: b''"):
    show(f"load(Odd(data, {methods})) == b'bytes' * 20")


def not_implemented(n):
    raise NotImplementedError


show("load(Odd(data, peek=not_implemented)) == b'bytes' * 20")
views = []
file = Odd(data)
file.readinto = lambda v: views.append(v) or file.file.readinto(v)
load(file)
print(len(views[0]), views[0].readonly, bytes(views[0][:5]))

# No cycle is left behind: picklers die at once.
for cls in Ids, Overridden, Things:
    obj = cls(io.BytesIO(b"N."))
    (obj.load if cls is Things else lambda: obj.dump([1]))()
    ref = weakref.ref(obj)
    del obj
    print(cls.__name__, ref() is None)
for cls in Pickler, Unpickler:
    p = cls(io.BytesIO())
    p.memo = {5: (p, p)} if cls is Unpickler else {5: (5, p)}
    if cls is Unpickler:
        p.persistent_load = p.load
    del p
print(gc.collect() > 0)
print([name for name in dir(_pickle) if not name.startswith("__")], PicklingError.__mro__[1:-2])

# Depth.
for make in (lambda x: [x]), (lambda x: {1: x}), (lambda x: (x,)):
    deep = []
    for i in range(20000):
        deep = make(deep)
    for protocol in 2, 5:
        show("dumps(deep, protocol)", {"deep": deep, "protocol": protocol})
back = loads(b"]" * 100000 + b"a" * 99999 + b".")
n = 0
while back:
    back, n = back[0], n + 1
print(n)
