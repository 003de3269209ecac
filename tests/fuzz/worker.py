"""Run inside the runtime under test: cases FIRST to FIRST + COUNT of a mode, each made of the seed and its number alone.

    ouro worker.py MODE SEED FIRST COUNT FILE ...

parser    source text of the FILEs, mutated, is compiled
marshal   the bytes of their code objects, mutated, are loaded and, where that gives a code object, run
pickle    pickles of all protocols, mutated, are loaded from bytes and from a file, with harmless globals, and pickled again
bytecode  their functions' instructions, tables and counts are mutated by code.replace() and run

Before each case its number goes to standard output, so that whoever started this knows which one was the end of it.
Standard library modules are left alone: the runtime need not have one.
"""
import _signal
import builtins
import gc
import marshal
import posix
import sys

TIME_LIMIT_S = 0.25
PATIENCE = 20       # alarms that a case may swallow, in a finalizer say, before the process gives up


class Random:
    """xorshift64*: the same numbers wherever it runs."""

    def __init__(self, *seeds):
        self.state = 0x9E3779B97F4A7C15
        for seed in seeds:
            self.state = ((self.state ^ seed) * 0xD1342543DE82EF95 + 1) & (2**64 - 1) or 1
        self.below(2)

    def below(self, n):
        x = self.state
        x ^= x >> 12
        x ^= x << 25 & (2**64 - 1)
        x ^= x >> 27
        self.state = x
        return (x * 0x2545F4914F6CDD1D & (2**64 - 1)) >> 11 if n == 0 else ((x * 0x2545F4914F6CDD1D >> 16) & (2**40 - 1)) % n

    def choice(self, items):
        return items[self.below(len(items))]


# ---- source text ----------------------------------------------------------------------------------------------

PIECES = """( ) [ ] { } , : ; . = == := -> @ * ** / // % ~ ^ & | << >> < > != ... \\ \n \t " ' \"\"\" ''' # !
and as assert async await break case class continue def del elif else except finally for from global if import in is
lambda match nonlocal not or pass raise return try while with yield True False None _ x self 0 1 0x 1e 1j 0b1 1_000 1__0
f" f' rb" {x} {x!r} {x=} {{ }} :> \\N{ \\x4 \\u12 \\777 except* *args **kw print(x) \0 \x0c é ٣ 中 \ufeff \ud800""".split(" ")


def mutate_text(random, text, other):
    for _ in range(1 + random.below(4)):
        at = random.below(len(text) + 1)
        end = min(len(text), at + 1 + random.below(random.choice((2, 8, 60, 400))))
        what = random.below(9)
        if what == 0:
            text = text[:at] + text[end:]
        elif what == 1:
            text = text[:at] + random.choice(PIECES) + text[at:]
        elif what == 2:
            text = text[:at] + random.choice(PIECES) + text[end:]
        elif what == 3:
            text = text[:at] + text[at:end] * (2 + random.below(4)) + text[end:]
        elif what == 4:
            start = random.below(len(other) + 1)
            text = text[:at] + other[start:start + 1 + random.below(200)] + text[at:]
        elif what == 5:
            text = text[:at] + chr(random.choice((random.below(128), random.below(0x3000)))) + text[end:]
        elif what == 6:
            text = text[:at]
        elif what == 7:
            text = text[:at] + random.choice("([{-~!'\"\n \t@*") * (1 + random.below(random.choice((4, 150, 3000)))) + text[at:]
        else:
            lines = text.split("\n")
            one, two = random.below(len(lines)), random.below(len(lines))
            lines[one], lines[two] = lines[two], " " * random.below(9) + lines[one].lstrip()
            text = "\n".join(lines)
    return text


def parser_case(random, corpus):
    text = random.choice(corpus.texts)
    if len(text) > 3000:
        start = text.find("\n", random.below(len(text) - 2000)) + 1
        text = text[start:start + 2000]
    text = mutate_text(random, text, random.choice(corpus.texts))
    source = text
    if random.below(4) == 0:
        source = bytearray(text.encode("utf-8", "surrogatepass"))
        for _ in range(random.below(3)):
            if source:
                source[random.below(len(source))] = random.below(256)
        source = bytes(source)
    return lambda: compile(source, "fuzz", random.choice(("exec", "exec", "eval", "single")))


# ---- code objects ------------------------------------------------------------------------------------------------

KINDS = b"0NFTSiIgylufzZaA)(<>[{csrx.\xe3\xa9\xfa\xda?"


def mutate_bytes(random, data):
    data = bytearray(data)
    for _ in range(1 + random.below(6)):
        at = random.below(len(data))
        what = random.below(7)
        if what == 0:
            data[at] ^= 1 << random.below(8)
        elif what == 1:
            data[at] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.below(256)))
        elif what == 2:
            data[at] = random.choice(KINDS)
        elif what == 3:
            data[at:at + 4] = random.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0", b"\x01\0\0\0"))
        elif what == 4:
            del data[at:at + 1 + random.below(9)]
        elif what == 5:
            start = random.below(len(data))
            data[at:at] = data[start:start + 1 + random.below(30)]
        else:
            data[at:at + 8] = bytes(random.below(256) for _ in range(8))
        if not data:
            data = bytearray(b"N")
    return bytes(data)


def mutate_instructions(random, code):
    """Instructions are words of eight bytes: op, a, b, c."""
    code = bytearray(code)
    n = len(code) // 8
    for _ in range(1 + random.below(3)):
        at, other = 8 * random.below(n), 8 * random.below(n)
        what = random.below(8)
        if what == 0:
            code[at:at + 2] = random.choice((code[other:other + 2], bytes((random.below(180), 0))))
        elif what <= 3:
            field = at + 2 * what
            code[field] = random.choice((code[field] + 1 & 255, code[field] - 1 & 255, random.below(20), code[other + 2 * what]))
        elif what == 4:
            field = at + 3 + 2 * random.below(3)
            code[field] = random.choice((0, 0x40, 0x80, 0xC0, 0xFF))
        elif what == 5:
            code[at:at + 8], code[other:other + 8] = code[other:other + 8], code[at:at + 8]
        elif what == 6:
            code[at:at + 8] = code[other:other + 8]
        else:
            del code[at:at + 8]
            n = len(code) // 8
            if n == 0:
                return bytes(code)
    return bytes(code)


def mutate_code(random, code):
    changes = {}
    what = random.below(10)
    if what < 6:
        changes["co_code"] = mutate_instructions(random, code.co_code)
    elif what == 6:
        changes[random.choice(("co_stacksize", "co_flags", "co_argcount", "co_kwonlyargcount", "co_posonlyargcount",
                               "co_firstlineno"))] = random.choice((0, 1, 2, 3, 5, random.below(100), 2**31 - 1, 1 << random.below(31)))
    elif what == 7:
        name = random.choice(("co_consts", "co_names", "co_varnames", "co_freevars", "co_cellvars"))
        items = list(getattr(code, name))
        if items and random.below(2):
            del items[random.below(len(items))]
        else:
            items.append(random.choice((None, "x", "self", 1, (), "new")) if name == "co_consts" else random.choice(("x", "y", "a")))
        if items and random.below(2):
            items[0] = items[-1]
        changes[name] = tuple(items)
    elif what == 8:
        table = code.co_exceptiontable
        changes["co_exceptiontable"] = mutate_bytes(random, table or b"\0" * 16)
    else:
        changes["co_linetable"] = mutate_bytes(random, code.co_linetable or b"\0")
        changes["co_code"] = mutate_instructions(random, code.co_code)
    return code.replace(**changes)


def with_mutated_function(random, code):
    """The module's code with one of its functions, at any depth, changed."""
    inner = [i for i, const in enumerate(code.co_consts) if hasattr(const, "co_code")]
    if not inner or random.below(4) == 0:
        return mutate_code(random, code)
    consts = list(code.co_consts)
    i = random.choice(inner)
    consts[i] = with_mutated_function(random, consts[i])
    return code.replace(co_consts=tuple(consts))


class OutOfTime(BaseException):
    pass


n_alarms = 0


def out_of_time(number, frame):
    global n_alarms
    n_alarms += 1
    if n_alarms > PATIENCE:
        posix.write(1, b"late\n")
        posix._exit(0)
    raise OutOfTime


def limited_builtins():
    """What a program needs and no more: it may be any program."""
    names = {name: getattr(builtins, name) for name in dir(builtins)}
    for name in ("open", "exec", "eval", "compile", "__import__", "input", "breakpoint", "exit", "quit", "help", "print",
                 "copyright", "credits", "license"):
        names.pop(name, None)
    names["print"] = lambda *args, **kwargs: [str(arg) for arg in args]
    return names


def run(code):
    global n_alarms
    n_alarms = 0
    _signal.setitimer(_signal.ITIMER_REAL, TIME_LIMIT_S, TIME_LIMIT_S)
    try:
        exec(code, {"__builtins__": limited_builtins(), "__name__": "fuzz"})
    finally:
        _signal.setitimer(_signal.ITIMER_REAL, 0)


def load_and_run(data):
    code = marshal.loads(data)
    if hasattr(code, "co_code"):
        run(code)
        list(code.co_positions()), list(code.co_lines())
    else:
        repr(code)


def marshal_case(random, corpus):
    data = mutate_bytes(random, random.choice(corpus.dumps))
    return lambda: load_and_run(data)


# ---- pickles --------------------------------------------------------------------------------------------------------

OPCODES = bytes(b".012()]}FIJKLMNPQRSTUVXabcdeghijlopqrstu(GB" + bytes(range(0x80, 0x99)))


class Instance:
    """Takes any state, and may be asked for anything."""

    def __init__(self, *args):
        self.args = args


class Slotted:
    __slots__ = "a", "b"


def pickle_samples():
    """Imported late: no other mode needs the library that _pickle does."""
    import _pickle
    shared, instance, slotted = ["shared"], Instance(1), Slotted()
    instance.me, slotted.a = [instance], (instance, shared)
    cycle = [shared, {1: shared}, (2, 3, 4, 5)]
    cycle.append((cycle,))
    objects = [[1, 300, 70000, -1, 2**40, "text", "\xe9", b"bytes", 1.5, None, True, bytearray(b"array"), 2**300], cycle, [instance, slotted],
               {"a": {1, 2}, "b": frozenset([3]), (1,): range(3)}, [list(range(20)), {i: i for i in range(9)}, "x" * 300, 1j],
               [_pickle.PickleBuffer(bytearray(b"buffer"))]]
    samples = []
    for obj in objects:
        for protocol in range(6):
            try:
                samples.append(_pickle.dumps(obj, protocol))
            except (_pickle.PicklingError, TypeError):  # a buffer before protocol 5, slots before 2
                pass
    return samples


def unpickle(data):
    import _io
    import _pickle

    class Harmless(_pickle.Unpickler):
        def find_class(self, module, name):
            found = {"Instance": Instance, "Slotted": Slotted, "__newobj__": None}.get(name, getattr(builtins, name, Instance))
            return found if isinstance(found, type) and found is not memoryview else Instance

        def persistent_load(self, id):
            return id

    for file in _io.BytesIO(data), _io.BufferedReader(_io.BytesIO(data), 16):
        unpickler = Harmless(file, encoding="latin1", buffers=[b"one", bytearray(b"two")] * 3)
        try:
            obj = unpickler.load()
            _pickle.dumps(obj, len(data) % 6)
            repr(obj)
        finally:
            unpickler.memo.copy()


def pickle_case(random, corpus):
    data = mutate_bytes(random, random.choice(corpus.pickles))
    if random.below(2):
        data = bytearray(data)
        for _ in range(1 + random.below(4)):
            data[random.below(len(data))] = random.choice(OPCODES)
    return lambda: unpickle(bytes(data) + b".")


def bytecode_case(random, corpus):
    code = random.choice(corpus.codes)
    return lambda: run(with_mutated_function(random, code))


class Corpus:
    def __init__(self, mode, files):
        self.texts, self.codes, self.dumps = [], [], []
        self.pickles = pickle_samples() if mode == "pickle" else []
        for name in files:
            with open(name, encoding="utf-8", errors="replace") as file:
                text = file.read()
            self.texts.append(text)
            if mode not in ("parser", "pickle"):
                try:
                    code = compile(text, name, "exec")
                except (SyntaxError, ValueError):  # some programs are there to be refused
                    continue
                self.codes.append(code)
                self.dumps.append(marshal.dumps(code))


def main():
    mode, seed, first, count = sys.argv[1], *map(int, sys.argv[2:5])
    corpus = Corpus(mode, sys.argv[5:])
    case = {"parser": parser_case, "marshal": marshal_case, "pickle": pickle_case, "bytecode": bytecode_case}[mode]
    _signal.signal(_signal.SIGALRM, out_of_time)
    sys.unraisablehook = lambda info: None
    for number in range(first, first + count):
        posix.write(1, b"%d\n" % number)
        try:
            case(Random(seed, number), corpus)()
        except BaseException as error:
            try:
                str(error), repr(error)
            except BaseException:
                pass
        sys.setrecursionlimit(1000)
        if number % 50 == 0:
            gc.collect()
    posix.write(1, b"end\n")


if __name__ == "__main__":
    main()
