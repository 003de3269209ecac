# Module _sha3: digests of every length around a block, output of any length, what is refused.
import _sha3
import hashlib


def show(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


data = bytes(i * 7 % 256 for i in range(500))
for name in ("sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake_128", "shake_256"):
    make = getattr(_sha3, name)
    extra = () if name.startswith("sha3") else (333,)
    for n in (0, 1, 71, 72, 73, 103, 104, 135, 136, 137, 143, 144, 167, 168, 169, 288, 500):
        whole, parts = make(data[:n]), make()
        for i in range(0, n, 50):
            parts.update(memoryview(data)[i:min(i + 50, n)])
        assert parts.digest(*extra) == whole.digest(*extra) == bytes.fromhex(whole.hexdigest(*extra)) == hashlib.new(name, data[:n]).digest(*extra)
        print(name, n, whole.hexdigest(*extra))
    h = make(b"x", usedforsecurity=False)
    copy = h.copy()
    copy.update(b"y")
    print(h.digest(*extra) != copy.digest(*extra), h.name, h.block_size, h.digest_size, h._capacity_bits, h._rate_bits, h._suffix, make.__name__, make.__module__)
h = _sha3.sha3_224()
for text in """_sha3.sha3_256('a'); _sha3.sha3_256(5); _sha3.sha3_256(data=b'x'); _sha3.sha3_256(b'x',False); _sha3.shake_128(b'x').digest(); _sha3.shake_128(b'x').digest(-1)
_sha3.shake_128(b'x').digest(2**29); _sha3.shake_128(b'x').digest(0); _sha3.shake_128(b'x').hexdigest(length=5); _sha3.shake_128(b'x').hexdigest('a'); _sha3.shake_128(b'x').digest(2**70)
h.update('a'); setattr(h,'name','x'); h.digest(5); len(_sha3.shake_256().digest(100000))""".replace("\n", "; ").split("; "):
    show(text)
