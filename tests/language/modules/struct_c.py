"""Module struct: every code in every byte order, messages, iteration, values that run Python code."""
import struct


class Index:
    def __index__(self):
        return 7


class Bad:
    def __bool__(self):
        raise KeyError(1)

    def __float__(self):
        return 1.0


CALLS = '''pack('<i',2**31)
pack('<i','x')
pack('<i',1.5)
pack('b',128)
pack('B',-1)
pack('h',40000)
pack('H',70000)
pack('i',2**31)
pack('I',-1)
pack('I',2**32)
pack('l',2**63)
pack('L',-1)
pack('q',2**63)
pack('Q',2**64)
pack('n',2**63)
pack('N',-1)
pack('P',-1)
pack('P',2**64)
pack('<b',128)
pack('>h',-32769)
pack('<H',65536)
pack('<q',2**63)
pack('<Q',-1)
pack('?',[])
pack('?',1)
pack('c',b'ab')
pack('c','a')
pack('5s','ab')
pack('5s',bytearray(b'ab'))
pack('3p',b'abcdef')
pack('p',b'x')
pack('300p',b'z'*400)[:4]
pack('e',1e10)
pack('f',1e40)
pack('d','x')
pack('<e',70000.0)
pack('<f',1e39)
pack('>d',1)
pack('i')
pack('i',1,2)
pack()
pack('z')
pack('5')
pack('i5')
calcsize('99999999999999999999i')
calcsize('4611686018427387904q')
calcsize('3i x')
calcsize('bi')
calcsize('<bi')
calcsize('i0q')
calcsize('ib0i')
calcsize('@cxxP')
calcsize('=n')
calcsize('<N')
calcsize('<P')
calcsize(b'!hhl')
calcsize(3)
calcsize('\\u0101')
unpack('i',b'abc')
unpack('i','abcd')
unpack('<3x',b'abc')
unpack('3s2c?',b'abcde\\x02')
unpack('5p',b'\\x03abcd')
unpack('5p',b'\\xffabcd')
unpack('0s',b'')
pack('0s',b'x')
pack('0p',b'x')
unpack('<hHiIlLqQ',bytes(range(4,40)))
unpack('efd',bytes(8)+struct.pack('d',2.5))
unpack_from('<H',b'abcd',1)
unpack_from('<H',b'abcd',3)
unpack_from('<H',b'abcd',-2)
unpack_from('<H',b'abcd',-5)
unpack_from('<H',b'abcd',-1)
unpack_from('<H',buffer=b'abcd',offset=2)
pack_into('<H',bytearray(4),0,1)
pack_into('<H',bytearray(4),3,1)
pack_into('<H',bytearray(4),-5,1)
pack_into('<H',bytearray(4),-1,1)
pack_into('<H',b'abcd',0,1)
pack_into('<H',bytearray(4))
pack_into('<H')
pack_into('<H',bytearray(4),0)
pack_into('<H',bytearray(4),'x',1)
list(iter_unpack('<H',b'abcd'))
iter_unpack('<H',b'abc')
iter_unpack('',b'abc')
iter_unpack('<H',b'abcd').__length_hint__()
pack('<i',Index())
pack('i',True)
pack('10s',b'')
pack('2i',1)
pack(' i i ',1,2)
pack('\\0i',1)
Struct('<i').unpack(b'abc')
Struct('i').pack()
Struct('i').pack_into(bytearray(3),0,1)
Struct()
Struct(1)
Struct('<i').format
Struct(b'<i').format
unpack('<%dx'%3,b'abc')
pack('<n',1)
pack('f',float('nan'))
pack('d',float('inf'))
unpack('@l',b'12345678')
pack('<l',2**31)
pack('=L',2**32)
pack('?',Bad())
pack('i',Bad())
unpack(Struct('i'),b'abcd')
pack(Struct('i'),5)
Struct('i').__sizeof__()>0
pack('100000000000000000000x')
pack('<2147483648q')
iter_unpack('<x',5)
unpack_from('<i',b'ab')
unpack('i'*3,b'abcd')
'''
for call in CALLS.split("\n"):
    try:
        print(call, "->", repr(eval(call, vars(struct) | {"Index": Index, "Bad": Bad, "struct": struct})))
    except Exception as error:
        print(call, "!!", type(error).__name__, error)

LIMITS = (-2**70, -2**63 - 1, -2**63, -2**31 - 1, -129, -1, 0, 127, 2**8, 2**16, 2**31, 2**32, 2**63, 2**64, 2**70)
for order in ("", "<", ">", "=", "!", "@"):
    for code in "bBhHiIlLqQ":
        for value in LIMITS:
            try:
                packed = struct.pack(order + code, value)
                print(order + code, value, packed, struct.unpack(order + code, packed)[0] == value)
            except struct.error as error:
                print(order + code, value, error)
    for code in "efd":
        for value in (0.0, -0.0, 1.5, -2.75, 65504.0, 5.960464477539063e-08, float("inf"), float("nan")):
            packed = struct.pack(order + code, value)
            print(order + code, value, packed, struct.unpack(order + code, packed))


class Remake:
    """Makes the Struct anew while it packs."""

    def __index__(self):
        maker.__init__("<1000i")
        return 5


maker = struct.Struct("<3h")
print(maker.pack(1, Remake(), 3)[:4], maker.size)


class Mine(struct.Struct):
    def __init__(self, format):
        super().__init__("<" + format)
        self.extra = format


mine = Mine("hh")
print(mine.pack(1, 2), mine.format, mine.size, mine.extra, list(mine.iter_unpack(bytes(8))))
unpacker = mine.iter_unpack(bytearray(b"abcdefgh"))
print(next(unpacker), unpacker.__length_hint__(), list(unpacker), unpacker.__length_hint__(), next(unpacker, "end"))
data = bytearray(8)
held = mine.iter_unpack(data)
try:
    data.append(1)
except BufferError as error:
    print(error)
