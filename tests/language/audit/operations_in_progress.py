# differs: there is no ouroscope in CPython
# Whatever a built-in operation holds while it runs Python code is explained at that moment.
import itertools
import ouroscope
import _collections

calls = 0
wrong = []


def look(value=None):
    global calls
    calls += 1
    found = ouroscope.audit()
    if found:
        wrong.append(found[0])
    return value


class E:
    def __eq__(self, other):
        return look(False)

    def __lt__(self, other):
        return look(False)

    def __hash__(self):
        return look(1)

    def __repr__(self):
        return look("E")

    def __index__(self):
        return look(1)

    def __del__(self):
        return look()

    def __len__(self):
        return look(1)

    def __add__(self, other):
        return look(self)

    def __bool__(self):
        return look(True)

    def __str__(self):
        return look("E")

    def __format__(self, spec):
        return look("E")

    def __call__(self, *args, **kwargs):
        return look(1)

    def __enter__(self):
        return look(self)

    def __exit__(self, *info):
        return look()

    def __contains__(self, item):
        return look(False)

    def __next__(self):
        return look(1)

    def __float__(self):
        return look(1.0)

    def __int__(self):
        return look(1)

    def __bytes__(self):
        return look(b"")

    def __set_name__(self, *args):
        return look()

    def __instancecheck__(self, other):
        return look(True)

    def __reversed__(self):
        return look(iter(()))

    def __missing__(self, key):
        return look()

    def __get__(self, *args):
        return look(self)

    def __divmod__(self, other):
        return look(1)

    def __round__(self, *n):
        return look(1)

    def __fspath__(self):
        return look("x")

    def keys(self):
        return look(["a"])

    def __iter__(self):
        look()
        yield 1
        look()

    def __getitem__(self, index):
        if isinstance(index, int) and index > 2:
            raise IndexError
        return look(E())


operations = [
    lambda: [E(), E()].index(3),
    lambda: E() in [1, E()],
    lambda: sorted([E(), E(), E()]),
    lambda: min(E(), E()),
    lambda: max([1, 2], key=lambda x:look()),
    lambda: {E():1, E():2},
    lambda: {E(), E()},
    lambda: repr([E(), (E(), ), {1:E()}]),
    lambda: [1, 2][E()],
    lambda: list(E()),
    lambda: tuple(E()),
    lambda: set(E()),
    lambda: dict([(E(), E())]),
    lambda: sum([E()], E()),
    lambda: all([E()]),
    lambda: any(E()),
    lambda: list(map(E(), [1, 2])),
    lambda: list(filter(E(), [1])),
    lambda: list(zip(E(), E())),
    lambda: "".join(str(x) for x in [E()]),
    lambda: "%s %r" % (E(), E()),
    lambda: f"{E()}{E()!r:>{E().__index__()}}",
    lambda: "{} {}".format(E(), E()),
    lambda: E()+E()+E(),
    lambda: E()(E(), k=E()),
    lambda: isinstance(1, E()),
    lambda: list(reversed(E())),
    lambda: (E(), )==(E(), ),
    lambda: [E()]<[E()],
    lambda: bytes([E(), E()]),
    lambda: bytearray(b"abc").__setitem__(0, E()),
    lambda: range(E(), E()),
    lambda: slice(E()).indices(5),
    lambda: getattr(type("C", (), {"x":E()})(), "x"),
    lambda: type("D", (), {"a":E(), "b":E()}),
    lambda: divmod(E(), 1),
    lambda: round(E()),
    lambda: int(E()),
    lambda: float(E()),
    lambda: complex(E()),
    lambda: [*E(), *E()],
    lambda: print(*E(), file=type("F", (), {"write":lambda s, x:look()})()),
    lambda: dict(**E()),
    lambda: enumerate(E()),
    lambda: next(iter(E())),
    lambda: {1:2}|{E():2},
    lambda: [3, 1].sort(key=E()),
    lambda: itertools.accumulate(E(), E()).__next__(),
    lambda: _collections.deque(E()).index(E()),
    lambda: exec("look()"),
    lambda: eval("look()"),
    lambda: compile("1", E(), "exec"),
    lambda: open(E()),
    lambda: hash((E(), E())),
    lambda: frozenset([E(), E()])==frozenset([E()]),
    lambda: "abc".translate(E()),
    lambda: "x".replace("x", "y", E()),
    lambda: [1].insert(E(), E()),
    lambda: [1]*E(),
    lambda: list(itertools.groupby([E(), E()])),
    lambda: list(itertools.product(E(), E())),
    lambda: super(E, E()).__repr__(),
    lambda: object.__getattribute__(E(), "x"),
    lambda: setattr(E(), "x", E()),
    lambda: __build_class__(lambda: look(), "X"),
    lambda: iter(E(), 1).__next__(),
    lambda: memoryview(b"abc")[E()],
    lambda: int.from_bytes(E(), "big"),
    lambda: ExceptionGroup("x", [ValueError(E())]).split(lambda e:look()),
    lambda: vars(type("Z", (), {}))==E(),
    lambda: dict.fromkeys(E(), E()),
    lambda: {}.setdefault(E(), E()),
    lambda: {E():1}.pop(E()),
    lambda: [].extend(E()),
    lambda: [1, 2].__setitem__(slice(0, 1), E()),
    lambda: pow(2, E()),
    lambda: chr(E()),
    lambda: "a".center(E()),
    lambda: "%*d" % (E(), 1),
]
for number, operation in enumerate(operations):
    n_before = len(wrong)
    try:
        operation()
    except Exception:
        pass
    for finding in wrong[n_before:]:
        print("operation", number, finding)
print(calls > 200, len(wrong))


class Watch:
    """Says so if a count is not explained while it falls."""
    fallen = 0

    def __init__(self, name="?"):
        self.name = name

    def __del__(self):
        Watch.fallen += 1
        if found := ouroscope.audit():
            print(self.name, found)

    def __call__(self, *args):
        return Watch(self.name)

    def __iter__(self):
        return self

    def __next__(self):
        return Watch(self.name)

    def method(self):
        pass


class Slotted:
    __slots__ = ("a", "b")


def function(a, b=1):
    def inner():
        return a, b
    return inner


def generator(a):
    b = Watch("generator")
    yield [Watch("temporary"), (yield a)]


async def coroutine(a):
    b = Watch("coroutine")
    await Awaitable()


class Awaitable:
    def __await__(self):
        yield


def started(g):
    g.send(None)
    return g


def instance(cls, **names):
    one = cls()
    for name, value in names.items():
        setattr(one, name, value)
    return one


def ring(x):
    x.me = x
    return x


def raised(error):
    try:
        local = Watch("local of a frame")
        raise error
    except BaseException as caught:
        return caught


W = Watch
makers = {
    "list": lambda w: [w, W(), W()], "tuple": lambda w: (w, W()), "dict": lambda w: {1: w, w: 2, 3: W()},
    "str dict": lambda w: {"a": w, "b": W()}, "set": lambda w: {w, W()}, "frozenset": lambda w: frozenset([w, W()]),
    "inline": lambda w: instance(Watch, a=w, b=W()), "slots": lambda w: instance(Slotted, a=w, b=W()),
    "function": lambda w: function(w, W()), "default": lambda w: lambda a=w, *, b=W(): a, "method": lambda w: w.method,
    "generator": lambda w: started(generator(w)), "coroutine": lambda w: started(coroutine(w)), "unstarted": lambda w: generator(w),
    "list iterator": lambda w: iter([w]), "tuple iterator": lambda w: iter((w,)), "dict iterator": lambda w: iter({w: W()}),
    "items": lambda w: {1: w}.items(), "reversed": lambda w: reversed([w]), "enumerate": lambda w: enumerate([w]),
    "zip": lambda w: zip([w], [W()]), "map": lambda w: map(w, [W()]), "filter": lambda w: filter(w, [W()]),
    "callable iterator": lambda w: iter(w, W()), "slice": lambda w: slice(w, W(), W()), "property": lambda w: property(w, W()),
    "classmethod": lambda w: classmethod(w), "staticmethod": lambda w: staticmethod(w), "super": lambda w: super(Watch, w),
    "method wrapper": lambda w: w.__repr__, "mappingproxy": lambda w: type(Watch.__dict__)({1: w}), "cell": lambda w: function(w).__closure__,
    "exception": lambda w: raised(ValueError(w, W())), "context": lambda w: raised(KeyError(w)).__traceback__,
    "StopIteration": lambda w: StopIteration(w), "SystemExit": lambda w: SystemExit(w), "AttributeError": lambda w: AttributeError(obj=w),
    "ImportError": lambda w: ImportError(name=w, path=W()), "OSError": lambda w: OSError(1, "x", w, None, W()),
    "SyntaxError": lambda w: SyntaxError("x", (w, 1, 1, W())), "group": lambda w: ExceptionGroup("x", [ValueError(w)]),
    "alias": lambda w: list[w, W()], "namespace": lambda w: instance(type(__import__("sys").implementation), x=w),
    "deque": lambda w: _collections.deque([w, W()]), "defaultdict": lambda w: _collections.defaultdict(w, {1: W()}),
    "OrderedDict": lambda w: _collections.OrderedDict({1: w, w: 2}), "deque iterator": lambda w: iter(_collections.deque([w])),
    "builtin method": lambda w: [w].append, "range": lambda w: range(2 ** 70), "memoryview": lambda w: memoryview(b"x"),
    "chain": lambda w: itertools.chain([w], [W()]), "cycle": lambda w: started_iterator(itertools.cycle([w, W()])),
    "repeat": lambda w: itertools.repeat(w), "count": lambda w: itertools.count(2 ** 70), "tee": lambda w: started_tee([w, W(), W()]),
    "groupby": lambda w: started_iterator(itertools.groupby([w, W()], lambda x: x)), "product": lambda w: itertools.product([w], [W()]),
    "permutations": lambda w: itertools.permutations([w, W()]), "islice": lambda w: itertools.islice([w], 1),
    "starmap": lambda w: itertools.starmap(w, [W()]), "zip_longest": lambda w: itertools.zip_longest([w], [W()], fillvalue=W()),
    "accumulate": lambda w: started_iterator(itertools.accumulate([w, W()], w, initial=W())),
    "pairwise": lambda w: started_iterator(itertools.pairwise([w, W(), W()])), "compress": lambda w: itertools.compress([w], [W()]),
    "takewhile": lambda w: itertools.takewhile(w, [W()]), "code": lambda w: (lambda: 1).__code__.replace(co_consts=(w, W())),
    "class": lambda w: type("C", (), {"a": w, "b": W()}), "cycle of one": lambda w: ring(w), "subclass of list": lambda w: instance(Sub, a=w),
}


class Sub(list):
    pass


def started_iterator(iterator):
    next(iterator)
    return iterator


def started_tee(items):
    one, two = itertools.tee(items)
    next(one)
    return one, two


import gc
for name, make in makers.items():
    before = Watch.fallen
    made = make(Watch(name))
    made = None
    gc.collect()
    if Watch.fallen == before and name not in ("range", "memoryview", "count"):
        print(name, "kept what it held")
print("fallen", Watch.fallen > 100)
import _weakref

target = Watch("target")
references = [_weakref.ref(target, lambda r, i=i: wrong.extend(ouroscope.audit())) for i in range(3)]
del target
print("callbacks", wrong)


class Held:
    def __lt__(self, other):
        print(sum("operation in progress" in line for line in ouroscope.why(self)) > 0)
        return False


min([Held(), Held()])
