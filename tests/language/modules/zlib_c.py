# zlib: whole, in pieces, with dictionaries; what goes wrong.
import zlib, gc

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

print({n: getattr(zlib, n) for n in sorted(dir(zlib)) if type(getattr(zlib, n)) is int}, zlib.error.__mro__)
text = b''.join(b'%d;' % (i * i % 977) for i in range(20000))
for kw in ({}, dict(level=1), dict(level=0), dict(level=9, wbits=31), dict(wbits=-15)):
    packed = zlib.compress(text, **kw)
    print(len(packed), zlib.crc32(packed), zlib.decompress(packed, wbits=kw.get('wbits', 15), bufsize=7) == text)
print(zlib.crc32(b'hello'), zlib.crc32(b'lo', zlib.crc32(b'hel')), zlib.adler32(b'hello'), zlib.adler32(b'a', -5), zlib.crc32(b'', 2**40 + 1))
show(zlib.decompress, b'x'); show(zlib.decompress, zlib.compress(b'abc')[:-2]); show(zlib.compress, b'abc', 99); show(zlib.decompress, b'', bufsize=0)
show(zlib.decompress, b'', bufsize=-1); show(zlib.compress, 'text'); show(zlib.decompress, b'no zlib data'); show(zlib.decompress, b'', 99)
show(zlib.crc32, 'x'); show(zlib.crc32, b'x', 'y')

packed = zlib.compress(text)
c = zlib.compressobj(9); out = b''.join(c.compress(text[i:i + 999]) for i in range(0, len(text), 999))
copy = c.copy(); print(copy.flush() == (end := c.flush()), zlib.decompress(out + end) == text)
show(c.flush); show(c.compress, b'a'); show(c.copy); show(type(c)); print(type(c))
d = zlib.decompressobj(); got = b''
for i in range(0, len(packed), 100): got += d.decompress(packed[i:i + 100])
print(got == text, d.eof, d.unused_data, d.unconsumed_tail, d.flush())
d = zlib.decompressobj(); data, got = packed + b'tail', b''
while not d.eof:
    piece = d.decompress(data, 1000); got += piece; data = d.unconsumed_tail; assert len(piece) <= 1000
print(got == text, d.unused_data, d.decompress(b'more'), d.unused_data, d.flush(), d.flush())
d = zlib.decompressobj(); first = d.decompress(packed, max_length=10); other = d.copy(); print(first, d.flush() == other.flush() == text[10:])
c = zlib.compressobj(); print(zlib.decompressobj().decompress(c.compress(b'abc') + c.flush(zlib.Z_SYNC_FLUSH)), c.flush(zlib.Z_NO_FLUSH))

c = zlib.compressobj(zdict=b'hello'); x = c.compress(b'hello') + c.flush()
show(zlib.decompress, x); show(zlib.decompressobj(zdict=b'nope').decompress, x); print(zlib.decompressobj(zdict=bytearray(b'hello')).decompress(x))
show(zlib.decompressobj().decompress, x); raw = zlib.compressobj(wbits=-15, zdict=b'hello'); y = raw.compress(b'hello') + raw.flush()
print(zlib.decompressobj(-15, b'hello').decompress(y))
show(zlib.compressobj, 99); show(zlib.decompressobj, 99); show(zlib.decompressobj, zdict=3); show(zlib.compressobj, zdict=3)
show(zlib.decompressobj().decompress, b'x', -1); show(zlib.decompressobj().flush, 0); show(zlib.decompressobj().decompress, 'x')
z = zlib.decompressobj(zdict=b'k'); print(gc.is_tracked(z) in (True, False))
