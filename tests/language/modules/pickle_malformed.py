# Module _pickle: streams that no pickler writes, each with its error, and streams cut short or with one byte changed.
import _pickle
import collections
import io
import random
from _pickle import dumps, loads


def show(data, **options):
    try:
        print(bytes(data) if type(data) is memoryview else data, loads(data, **options))
    except Exception as error:
        print(bytes(data) if type(data) is memoryview else data, type(error).__name__, str(error).replace("(frozen)", "").replace("from '/usr/lib/python3.11/os.py'", ""))


for line in b"I010 I10L I0x1f I01 I00 I1 I-5 I1_0 I99999999999999999999 I I\0 Ix L010L L0x1fL L5 L-7L Pab P\xff F1.5 F1.5x F F1e999 Fnan".split(b" "):
    show(line + b"\n.")
show(b"I1")
show(b"I1\0x\n.")
for line in b"S'a' S\"a\" Sa S'a S' S S'\\n' S'\\xff' S'\\x' Va V\\u0041 V\\u00 V\xe9 V g0 gx g-1 p0 p-1 px".split(b" "):
    show(line + b"\n.")
    show(b"N" + line + b"\n.")
show(b"U\x02\xff\xfe.", encoding="bytes")
show(b"U\x02\xff\xfe.", encoding="latin1")
show(b"U\x02\xff\xfe.", errors="replace")
show(b"U\x02\xff\xfe.")
show(b"U\x02\xff\xfe.", encoding="nonsense")
show(b"S'\\xff'\n.", encoding="bytes")

for data in (b"", b".", b"(.", b"0.", b"1.", b"2.", b"(2.", b"(0.", b"N0.", b"(N1N.", b"N2\x86.", b"\xff", b"\x7f", b"\0", b"~",
             b"\x80", b"\x80\x06.", b"\x80\xff.", b"\x80\x05N.", b"N", b"NN.", b"NNN0.", b"J\1", b"K", b"M\1", b"G\0",
             b"\x85.", b"N\x85.", b"N\x86.", b"NN\x87.", b"N(\x85.", b"t.", b"(t.", b"(Nt.", b"l.", b"(Nl.", b"d.", b"(Nd.", b"(NNd.",
             b"a.", b"Na.", b"NNa.", b"]Na.", b"](NNe.", b"](e.", b"(e.", b"N(NNe.", b"N(e.", b"](Na.", b"s.", b"NNs.", b"NNNs.", b"}NNs.",
             b"}(NNu.", b"}(NNNu.", b"}(u.", b"N(NNu.", b"(NNu.", b"}]Ns.", b"\x8f(NN\x90.", b"\x8f(\x90.", b"N(N\x90.", b"(N\x90.",
             b"\x8f(]\x90.", b"(NN\x91.", b"(]\x91.", b"\x91.", b"](N\x90.",
             b"h\0.", b"h", b"j\1\0\0\0.", b"j\xff\xff\xff\xff.", b"q\0.", b"(q\0.", b"Nq\5h\5.",
             b"Nr\0\0\0\x10K\1r\0\0\1\0j\0\0\0\x10j\0\0\1\0\x87.", b"\x94.", b"N\x94h\0\x86.", b"Nq\5\x94h\1\x86.",
             b"\x8a\0.", b"\x8a\1\xff.", b"\x8a\2\1.", b"\x8b\0\0\0\0.", b"\x8b\xff\xff\xff\xff.", b"\x8b\1\0\0\0\x80.", b"\x8b\0\0\0\x7f",
             b"T\1\0\0\0a.", b"T\xff\xff\xff\xff.", b"U\1", b"B\1\0\0\0a.", b"B\xff\xff\xff\xffa", b"C\1", b"C\1a.",
             b"\x8c\1\xff.", b"\x8c\3\xed\xa0\x80.", b"X\xff\xff\xff\xffa", b"\x8d" + b"\xff" * 8, b"\x8d" + b"\xff" * 7 + b"\x7f",
             b"\x8e" + b"\xff" * 8, b"\x96" + b"\xff" * 8,
             b"\x96\2" + bytes(7) + b"ab.", b"\x95" + b"\xff" * 8, b"\x95\2" + bytes(7) + b"N.", b"\x95\1" + bytes(7) + b"N.",
             b"\x95\x09" + bytes(7) + b"N.", b"\x97.", b"\x98.", b"N\x98.", b"C\1a\x98.",
             b"\x82\1.", b"\x82\0.", b"\x83\0\0.", b"\x84\xff\xff\xff\xff.", b"\x84\1\0\0\0.", b"\x82",
             b"Q.", b"NQ.", b"NR.", b"NNR.", b"N)R.", b"cbuiltins\nint\n)R.", b"cbuiltins\nint\nNR.", b"NNb.", b"Nb.", b"N)b.", b"N}b.", b"]}N]sb.", b"N(NNtb.", b"N(N}tb.",
             b"N}K\1Ns\x86b.", b"NNN\x87b.",
             b"NN\x81.", b"N)\x81.", b"cbuiltins\nint\n)\x81.", b"cbuiltins\nint\nN\x81.", b"cbuiltins\nlen\n)\x81.", b"N\x81.", b"c_pickle\nPickleBuffer\n)\x81.",
             b"cbuiltins\nint\n)N\x92.", b"cbuiltins\nint\n)}\x92.", b"NN\x92.", b"cbuiltins\ntype\n)}\x92.", b"cbuiltins\nNoneType\n)}\x92.", b"cbuiltins\nint\n]}\x92.",
             b"ctypes\nGeneratorType\n)\x81.",
             b"cos\nnothing\n.", b"\x80\4cos\npath.nothing\n.", b"\x80\4cos\npath.sep\n.", b"cos\npath.sep\n.", b"cno_module\nx\n.", b"c\n\n.", b"cos\n\n.", b"cos\n", b"cos", b"c\xff\nx\n.",
             b"\x80\4cos\npath.<locals>.x\n.", b"N\x93.", b"NN\x93.", b"\x8c\2osN\x93.", b"\x8c\2os\x8c\3sep\x93.", b"\x93.",
             b"o.", b"(o.", b"(No.", b"(cbuiltins\nint\no.", b"(cbuiltins\nint\nV12\no.", b"(cbuiltins\nlen\no.",
             b"i", b"(i", b"(ibuiltins\nint\n.", b"(V7\nibuiltins\nint\n.", b"(ibuiltins\nlen\n.", b"(i\n\n.", b"(i\xff\nx\n."):
    show(data)
show(b"\x97.", buffers=[])
show(b"\x97.", buffers=[5])
show(b"\x97\x98.", buffers=[b"a"])
show(b"\x97.", buffers=5)
show("text")
show(5)
show(memoryview(bytearray(b"..NN."))[2:])
show(memoryview(b"N.N.N.")[::2])
show(bytearray(b"K\5."))


# Every prefix, and every stream with a byte changed: an error or a value, of files and of bytes alike.
def outcome(function, *args, **options):
    try:
        return repr(function(*args, **options))
    except MemoryError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Point:
    __slots__ = "x", "y"

    def __reduce__(self):
        return Point, ()

    def __repr__(self):
        return "Point"


class NoPeek:
    def __init__(self, data):
        self.file = io.BytesIO(data)
        self.read, self.readline, self.readinto = self.file.read, self.file.readline, self.file.readinto


sample = [1, 300, 70000, -1, 2**40, "text", "\xe9", b"bytes", 1.5, None, True, (1, 2), (1, 2, 3, 4), {"a": [1, 2]}, {1, 2}, frozenset([1]),
          Point(), bytearray(b"array"), collections.OrderedDict(a=1)]
sample.append(sample[5:9])
generator = random.Random(5)
for protocol in range(6):
    data = dumps(sample, protocol)
    counts = collections.Counter()
    for end in range(len(data)):
        ours = outcome(loads, data[:end])
        counts[ours] += 1
        assert outcome(_pickle.load, NoPeek(data[:end])).split(":")[0] == ours.split(":")[0], (data[:end], ours)
        outcome(_pickle.load, io.BufferedReader(io.BytesIO(data[:end]), 16))
    print(protocol, sorted(counts.items()))
