# Modules struct and binascii, whose C halves need nothing of the standard library.
import _struct
import binascii

record = _struct.Struct("<i2sx?d3p")
packed = record.pack(10**9, b"ab", True, 2.5, b"xyz")
print(packed, record.unpack(packed), list(record.iter_unpack(packed * 2)), _struct.calcsize("@bq"))
data = bytearray(12)
_struct.pack_into(">hQ", data, 1, -5, 2**64 - 1)
print(data, _struct.unpack_from(">hQ", data, 1), record.format)
text = binascii.b2a_base64(packed)
print(text, binascii.a2b_base64(text) == packed, binascii.hexlify(packed, "-", 4), binascii.b2a_qp(b"a \n" + packed))
for wrong in ("z", b"i" * 40, "3"):
    try:
        print(_struct.pack(wrong, 1))
    except _struct.error as error:
        print(error)
