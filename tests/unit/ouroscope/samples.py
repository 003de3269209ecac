"""An object of every built-in type and of every shape of class, each field holding something whose count is exact.

Run by break_test.c, which provides look(): it breaks each edge of the heap and of the roots, and is called at the end
from inside functions, generators and an operation in progress."""
import _abc
import _codecs
import _collections
import _datetime
import _functools
import _io
import _operator
import _socket
import _sre
import _struct
import _symtable
import _string
import _symtable
import _thread
import _weakref
import array
import gc
import itertools
import posix
import select
import sys


class Thing:
    pass


def O():
    thing = Thing()
    thing.attribute = Thing()
    return thing


def text(n=[0]):
    n[0] += 1
    return f"a text of its own, number {n[0]}"


def advanced(iterator, n=1):
    for _ in range(n):
        next(iterator)
    return iterator


def started(generator):
    generator.send(None)
    return generator


def with_dict(thing):
    thing.__dict__["attribute of a dict"] = O()
    return thing


# --- classes ---

class Slotted:
    __slots__ = ("one", "two", "__weakref__")


class SlottedAndMore(Slotted):
    __slots__ = ("three", "__dict__")


class Meta(type):
    pass


class Made(Thing, metaclass=Meta):
    """A class with everything."""
    __slots__ = ("extra",)
    value = O()

    def method(self):
        return __class__

    named = property(O())


def fill(thing, *names):
    for name in names:
        setattr(thing, name, O())
    return thing


def subclass(base):
    return type("Sub" + base.__name__.capitalize(), (base,), {})


shapes = [
    fill(Thing(), *"abcdefgh"), with_dict(Thing()), fill(Slotted(), "one", "two"),
    fill(SlottedAndMore(), "one", "two", "three", "four"), fill(Made(), "extra", "more"),
    fill(subclass(list)([O(), O()]), "more"), fill(subclass(tuple)([O()]), "more"), fill(subclass(dict)({1: O()}), "more"),
    fill(subclass(set)([O()]), "more"), fill(subclass(frozenset)([O()]), "more"), fill(subclass(int)(2 ** 70), "more"),
    fill(subclass(str)("text"), "more"), fill(subclass(bytes)(b"text"), "more"), fill(subclass(float)(1.5), "more"),
    fill(subclass(complex)(1j), "more"), fill(subclass(bytearray)(b"x"), "more"), fill(subclass(Exception)(O()), "more"),
    fill(subclass(type(sys))("name"), "more"), fill(subclass(property)(O()), "more"),
    fill(subclass(classmethod)(Thing), "more"), fill(subclass(staticmethod)(Thing), "more"),
    fill(subclass(_collections.deque)([O()]), "more"), fill(subclass(_collections.OrderedDict)({1: O()}), "more"),
    fill(subclass(_collections.defaultdict)(O, {1: O()}), "more"), fill(subclass(type(sys.implementation))(x=O()), "more"),
    subclass(enumerate)([O()]), subclass(itertools.chain)([O()]), subclass(super)(Made, Made()),
    posix.stat("."), sys.flags,
]
kept_alive = [Thing() for _ in range(9)]
shapes.append(fill(subclass(_weakref.ref)(kept_alive[0], lambda r: None), "more"))


# --- functions and frames ---

def outer(cell):
    def inner(a: O() = O(), *, b: O() = O()) -> O():
        """A docstring that a function holds."""
        return cell, a, b
    inner.attribute = O()
    inner.__module__ = text()
    return inner


def generator(value):
    local = O()
    try:
        raise KeyError(O())
    except KeyError as error:
        yield [O(), O(), (yield error)]


async def coroutine():
    await Awaitable()


async def async_generator():
    local = O()
    yield O()
    yield local


class Awaitable:
    def __await__(self):
        yield O()


class AsyncIterator:
    def __anext__(self):
        return Awaitable()


def raises(error):
    raise error


def error_with_traceback(error):
    try:
        local = O()
        raises(error)
    except BaseException as caught:
        return caught


def a_frame():
    local = O()
    return sys._getframe()


def traced_frame():
    frame = a_frame()
    frame.f_trace = O()
    return frame


def asyncgen_with_finalizer():
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, O)
    g = async_generator()
    g.__anext__()
    sys.set_asyncgen_hooks(*hooks)
    return g


sys.set_coroutine_origin_tracking_depth(2)
with_origin = coroutine()
sys.set_coroutine_origin_tracking_depth(0)
async_send, async_throw, async_next = async_generator(), async_generator(), async_generator()
functions = [
    outer(O()), Made().method, [].append, "text".join, Thing.__init__, O().__repr__, started(generator(O())), generator(O()),
    started(coroutine()), with_origin, coroutine().__await__(), asyncgen_with_finalizer(), async_send.asend(O()),
    async_throw.athrow(KeyError, KeyError(O())), async_next.__anext__(), anext(AsyncIterator(), O()), error_with_traceback(KeyError(O())).__traceback__,
    traced_frame(), outer(O()).__code__, outer.__code__, outer.__code__.co_lines(), outer.__code__.co_positions(),
    outer.__closure__, outer(O()).__closure__[0], lambda: 1,
]
namespace = {"first": O(), 2: O()}
exec("def of_other_globals(): pass", {"__builtins__": {"x": O()}, "y": O()}, namespace)

# --- exceptions: every one of types.def, with every field ---

arguments = {
    "UnicodeEncodeError": lambda: (text(), text(), 0, 1, text()), "UnicodeDecodeError": lambda: (text(), b"some bytes", 0, 1, text()),
    "UnicodeTranslateError": lambda: (text(), 0, 1, text()), "BaseExceptionGroup": lambda: (text(), [KeyboardInterrupt(O())]),
}


def every_exception(base):
    seen, waiting = [], [base]
    while waiting:
        cls = waiting.pop()
        if cls not in seen and cls.__module__ == "builtins":
            seen.append(cls)
            waiting += cls.__subclasses__()
    return seen


def full_exception(cls):
    if issubclass(cls, ImportError):
        error = cls(text(), name=text(), path=text())
    elif issubclass(cls, AttributeError):
        error = cls(text(), name=text(), obj=O())
    elif issubclass(cls, NameError):
        error = cls(text(), name=text())
    elif issubclass(cls, OSError):
        error = cls(2 ** 70, text(), text(), None, text())
    elif issubclass(cls, SyntaxError):
        error = cls(text(), (text(), 2 ** 70, 2 ** 71, text(), 2 ** 72, 2 ** 73))
        error.print_file_and_line = O()
    elif issubclass(cls, BaseExceptionGroup):
        error = cls(text(), [KeyboardInterrupt(O()) if cls is BaseExceptionGroup else ValueError(O())])
    else:
        error = cls(*arguments.get(cls.__name__, lambda: (O(),))())
    error.__context__, error.__cause__ = ValueError(O()), ValueError(O())
    error.add_note(text())
    error.attribute = O()
    return error_with_traceback(error)


exceptions = [full_exception(cls) for cls in every_exception(BaseException)]

# --- containers, iterators, numbers, texts ---

tees = itertools.tee(iter([O(), O(), O()]))
advanced(tees[0], 2)
groups = itertools.groupby([O(), O()], lambda item: O())
group = next(groups)
mapping = {1: O(), O(): O(), text(): O()}
ordered = _collections.OrderedDict({1: O(), O(): O()})
fields = _collections._tuplegetter(0, text())


class Variable:
    def __typing_subst__(self, arg):
        return arg


alias = type(list[int])(Made, (O(), Variable()))
union = list[Variable()] | int
parameters = alias.__parameters__, union.__parameters__
wide_range = range(2 ** 70, 2 ** 80, 2 ** 66)
others = [
    object(), [O()], (O(), O()), mapping, {text(): O()}, {O()}, frozenset([O()]), 2 ** 100, 1.25, 1.5j, text(), b"some bytes",
    bytearray(b"some bytes"), wide_range, iter(range(9)), iter(wide_range), slice(O(), O(), O()), memoryview(bytearray(b"some bytes")),
    iter(memoryview(b"some bytes")), iter([O()]), reversed([O()]), iter((O(),)), mapping.keys(), mapping.values(), mapping.items(), iter(mapping),
    iter(mapping.values()), iter(mapping.items()), reversed(mapping), reversed(mapping.values()), reversed(mapping.items()), iter({O()}),
    ordered, ordered.keys(), ordered.values(), ordered.items(), iter(ordered), iter("a text"), iter("\u0416\u0416"), iter(b"some bytes"),
    iter(bytearray(b"some bytes")), enumerate([O()], 2 ** 70), reversed(wide_range), zip([O()], [O()]), advanced(zip([O(), O()], [O(), O()])), advanced(enumerate([O(), O()])), map(O, [O()]), filter(O, [O()]),
    iter(O, O()), property(O(), O(), O(), text()), classmethod(O()), staticmethod(O()), super(Made, Made()), vars(Thing), alias, iter(alias),
    union, list[Made] | tuple[Made], int | Made, type(sys.implementation)(x=O()), _weakref.ref(kept_alive[1], lambda r: None),
    _weakref.proxy(kept_alive[2], lambda r: None), _weakref.proxy(outer, lambda r: None), _string.formatter_parser(text()),
    _string.formatter_field_name_split(text())[1], _codecs.charmap_build("".join(map(chr, range(256)))), _collections.deque([O(), O()]),
    _symtable.symtable("def a_name_of_its_own(a): pass", "f", "exec").children[0],
    iter(_collections.deque([O()])), reversed(_collections.deque([O()])), _collections.defaultdict(outer, {1: O()}), fields,
    _thread.allocate_lock(), _thread.RLock(), *tees, groups, group, itertools.count(2 ** 70, 2 ** 71), advanced(itertools.cycle([O(), O()])),
    itertools.repeat(O(), 3), advanced(itertools.chain([O(), O()], [O()])), advanced(itertools.accumulate([O(), O()], lambda a, b: O(), initial=O()), 2),
    itertools.accumulate([O()], initial=O()), itertools.compress([O()], [O()]), itertools.dropwhile(O, [O()]), itertools.takewhile(O, [O()]), itertools.filterfalse(O, [O()]),
    itertools.starmap(O, [O()]), itertools.islice([O()], 5), advanced(itertools.pairwise([O(), O(), O()])),
    advanced(itertools.zip_longest([O(), O()], [O()], fillvalue=O())), itertools.product([O()], [O()]), itertools.combinations([O(), O()], 1),
    itertools.combinations_with_replacement([O(), O()], 1), itertools.permutations([O(), O()], 1), posix.scandir("."),
    next(posix.scandir(".")), sys, namespace,
]


class Abstract:
    pass


_abc._abc_init(Abstract)
_abc._abc_register(Abstract, Thing)
_abc._abc_subclasscheck(Abstract, subclass(Thing))
_abc._abc_subclasscheck(Abstract, Meta)


class Sequence:
    def __getitem__(self, index):
        return O()


others += [iter(Sequence()), reversed(type("Reversible", (Sequence,), {"__len__": lambda self: 3})())]


class Local(_thread._local):
    def __init__(self, *args, **kwargs):
        self.attribute = O()


local = [Local(O(), key=O()), _thread._local()]
local[1].attribute = O()
entry = next(posix.scandir("/proc/self/fd"))  # a symbolic link: it has two results of stat()
entry.stat()
entry.stat(follow_symlinks=False)
foreign_heap_type.a_method.__qualname__
others += [local, entry]

cached = _functools._lru_cache_wrapper(lambda *args: O(), 5, True, type("Info", (tuple,), {}))
cached.attribute = O()
cached(O(), O())
cached(O())
unbounded = _functools._lru_cache_wrapper(lambda *args: O(), None, False, type("Info", (tuple,), {}))
unbounded(O(), O())
partial = _functools.partial(O, O(), k=O())
partial.attribute = O()
others += [
    cached, unbounded, partial, _functools.cmp_to_key(lambda a, b: 0), _functools.cmp_to_key(lambda a, b: 0)(O()),
    _operator.itemgetter(O(), O()), _operator.itemgetter(O()), _operator.attrgetter(text(), text() + ".dotted"),
    _operator.methodcaller(text(), O(), k=O()),
]



def compiled(pattern):
    """(?P<n>a) as re's compiler has it."""
    code = [14, 8, 1, 1, 1, 1, 0, 97, 0, 17, 0, 16, 97, 17, 1, 1]
    return _sre.compile(pattern, 0, code, 1, {text(): 1}, (None, text()))


string, of_bytes = compiled(text()), compiled(None)
match = string.match("a" + text())
match.regs
symbols = _symtable.symtable("def function(argument): pass", text(), "exec")
others += [
    string, match, string.scanner("a" + text()), of_bytes.scanner(bytearray(b"aaa")), _struct.Struct("ii"),
    _struct.Struct("i").iter_unpack(bytearray(8)), _socket.socket(), select.poll(), select.epoll(), array.array("i", [1]), advanced(iter(array.array("i", [1, 2]))), symbols, *symbols.children,
]



class Zone(_datetime.tzinfo):
    pass


delta = _datetime.timedelta(5, 6, 7)
others += [
    delta, _datetime.date(2020, 2, 29), _datetime.date(2020, 2, 29).isocalendar(), _datetime.tzinfo(), _datetime.timezone(delta - delta, text()),
    _datetime.time(1, tzinfo=Zone()), _datetime.time(2), _datetime.datetime(2020, 2, 29, tzinfo=Zone()), _datetime.datetime(2020, 2, 29),
]

# --- streams ---

raw = with_dict(_io.FileIO("/dev/null"))
reader = with_dict(_io.BufferedReader(with_dict(_io.BytesIO(b"some\nbytes\n" * 9))))
stream = with_dict(_io.TextIOWrapper(reader, encoding="utf-8", newline=None))
stream.readline()
stream.tell()
stream.mode = text()
writable = with_dict(_io.TextIOWrapper(_io.BytesIO(), encoding="utf-16", errors="strict"))
writable.write("text")
bytes_io = with_dict(_io.BytesIO(b"some bytes"))
streams = [
    raw, reader, stream, writable, with_dict(_io.BufferedWriter(_io.BytesIO())), with_dict(_io.BufferedRandom(_io.BytesIO())),
    with_dict(_io.BufferedRWPair(_io.BytesIO(), _io.BytesIO())), with_dict(_io.StringIO("text")), bytes_io, bytes_io.getbuffer(),
    _io.IncrementalNewlineDecoder(O(), True, text()), with_dict(_io._IOBase()), with_dict(_io._RawIOBase()),
    with_dict(_io._BufferedIOBase()), with_dict(_io._TextIOBase()), sys.stdout,
]


# --- and now look, from inside everything ---

class Compared:
    def __lt__(self, other):
        look()
        return False


def in_operation(argument):
    local = O()
    return [O(), O(), min([Compared(), Compared()])]


def in_callback():
    thing = Thing()
    references = [_weakref.ref(thing, lambda r: in_operation(O())) for _ in range(3)]
    del thing


def in_generator():
    local = O()
    yield in_callback()


def in_handler():
    try:
        raise ValueError(O())
    except ValueError:
        return list(in_generator())


class Body:
    attribute = O()
    result = in_handler()
