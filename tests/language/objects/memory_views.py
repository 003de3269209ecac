"""memoryview: formats, shapes, comparisons, slices, release."""
import _struct


def shown(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return result.tolist() if type(result) is memoryview and result.ndim else repr(result)


data = bytearray(range(48))
for format in "bBcChHiIlLqQnNfd?P@ixe", :
    for one in (*format, "@i", "@B", "<i", "ii", "", "@", "x", "e"):
        m = memoryview(data)
        print(repr(one), shown(m.cast, one), shown(lambda: m.cast(one)[0]), shown(lambda: m.cast(one).itemsize))
        try:
            c = m.cast(one)
        except Exception:
            continue
        for value in 1, -1, 1.5, b"x", b"xy", True, None, 300, 2**70, "a", 2**31, 2**63 - 1:
            print(" ", value, shown(c.__setitem__, 0, value), c[0])
data[:] = bytes(range(48))
m = memoryview(data)
for shape in [48], [6, 8], [2, 3, 8], [48, 1], [0], [], [7], [-1], [2, "a"], (4, 12), 5, [1] * 64, [1] * 65:
    print(shape if len(str(shape)) < 30 else "many", shown(lambda: (lambda c: (c.shape, c.strides, c.ndim, c.nbytes, len(c), c.contiguous, c.c_contiguous, c.f_contiguous, c.suboffsets))(m.cast("B", shape))))
two = m.cast("B", [6, 8])
three = m.cast("B", [2, 3, 8])
for key in 0, (0,), (0, 1), (5, 7), (-1, -1), (6, 0), (0, 8), (0, 0, 0), slice(1, 3), (slice(1), 0), (slice(1), slice(2)), "a", None, ..., (), (0, "a"), (1, 2, 7), 2**70, slice(None, None, 2):
    print(key, shown(lambda: two[key]), shown(lambda: three[key]), shown(two.__setitem__, key, 9), shown(two.__delitem__, key))
print(two.tolist(), three.tolist(), two.tobytes() == bytes(data), shown(two.tobytes, "F")[:30], shown(two.tobytes, "A")[:20], shown(two.tobytes, "Q"), shown(two.tobytes, None)[:9])
print(shown(two.cast, "B")[:3] if isinstance(shown(two.cast, "B"), list) else shown(two.cast, "B"), shown(two.cast, "i", [12]), shown(two.cast, "B", [48]), shown(m.cast("i").cast, "h"), shown(m.cast, "i", [13]), shown(m[1:].cast, "i"), shown(m[::2].cast, "B"))
print(shown(iter, two) != "", shown(list, two), shown(list, m[:3]), shown(len, memoryview(b"")), shown(two[1:3].tolist), shown(two[::-1].tolist), shown(lambda: two[::2].contiguous))
for one in m[::2], m[::-1], m[5:2:-1], m[10:3], two[::2]:
    print(one.tobytes()[:9], one.strides, one.shape, one.contiguous, one.hex(":")[:8], one.nbytes, bytes(one)[:3])
m[0:3] = b"abc"
m[3:6] = m[0:3]
m[1:7] = m[0:6]
m[::2][:3] = b"..."
m[9:5:-1] = memoryview(b"wxyz")
print(bytes(m[:12]), shown(m.__setitem__, slice(0, 2), b"abc"), shown(m.__setitem__, slice(0, 2), "ab"), shown(m.__setitem__, slice(0, 2), m.cast("h")[:2]), shown(m.__setitem__, slice(0, 2, 0), b""))
print(shown(memoryview(b"ab").__setitem__, 0, 1), shown(memoryview(b"ab").__delitem__, 0), shown(m.__delitem__, 0), m.readonly, m.toreadonly().readonly, shown(m.toreadonly().__setitem__, 0, 1))
print(shown(hash, m), hash(memoryview(b"ab")) == hash(b"ab"), shown(hash, memoryview(b"abcd").cast("i")), hash(memoryview(b"abc")[::-1]) == hash(b"cba"))
views = {"bytes": b"abcd", "view": memoryview(b"abcd"), "ints": memoryview(b"abcd").cast("i"), "shorts": memoryview(b"abcd").cast("h"), "chars": memoryview(b"abcd").cast("c"), "signed": memoryview(b"abcd").cast("b"), "back": memoryview(b"dcba")[::-1], "two": memoryview(b"abcd").cast("B", [2, 2]), "other two": memoryview(bytearray(b"abcd")).cast("b", [2, 2]), "float": memoryview(b"\0\0\xc0\x7f").cast("f"), "bytearray": bytearray(b"abcd"), "text": "abcd", "none": None, "empty": memoryview(b"")}
for a in views:
    print(a, [views[a] == views[b] for b in views], [views[a] != views[b] for b in views])
print(shown(lambda: views["view"] < views["bytes"]), views["float"] == views["float"], shown(memoryview, 5), shown(memoryview), shown(memoryview, object=b"a"), shown(memoryview, b"a", 1))
print(repr(m).split(" at ")[0], str(type(m)), m.obj is data, m.format, m.itemsize, shown(setattr, m, "format", "i"), shown(setattr, m, "x", 1))
nested = memoryview(memoryview(m)[1:])
print(nested.obj is data, shown(data.append, 1), shown(data.clear))
with memoryview(data) as inside:
    again = memoryview(inside)
    print(shown(inside.release), again[0])
    again.release()
print(repr(inside).split(" at ")[0], shown(lambda: inside.tolist()), shown(len, inside), shown(lambda: inside.shape), shown(lambda: inside[0]), shown(hash, inside), shown(lambda: inside.release()), shown(memoryview, inside), shown(lambda: inside.cast("B")), shown(bytes, inside))


class Releases:
    def __init__(self, view):
        self.view = view

    def __index__(self):
        self.view.release()
        return 0


for use in (lambda v, r: v[r], lambda v, r: v.__setitem__(r, 1), lambda v, r: v.__setitem__(0, r), lambda v, r: v.__setitem__(slice(r, 1), b"x")):
    target = bytearray(48)
    view = memoryview(target)
    print(shown(use, view, Releases(view)))
it = iter(memoryview(b"abc"))
print(next(it), list(it), list(it), type(it).__name__)
print(_struct.unpack("2h", memoryview(b"abcdef")[::1][:4]), b"".join([memoryview(b"a"), memoryview(b"xbx")[1:2]]), memoryview(b"abc")[::2] == b"ac", bytes(memoryview(b"abcdef")[::-2]))
