# marshal writes CPython's format for all but code, and believes nothing that it reads.
import marshal

def attempt(data):
    try:
        print(marshal.loads(data))
    except (ValueError, EOFError, TypeError) as e:
        print(type(e).__name__)

values = [None, True, 1, -1, 2**31, -2**31, 2**31 - 1, -2**100, 2**15, 1.5, -0.0, 2j, "abc" * 100, "\u20ac\ud800", b"x", (), [1, [2]],
          {1: 2, "a": [3]}, {1}, frozenset(), ..., StopIteration]
for value in values:
    for version in range(5):
        back = marshal.loads(marshal.dumps(value, version))
        if not (back == value and type(back) is type(value)):
            print('differs', version, value, back)
shared = [1]
twice = marshal.loads(marshal.dumps([shared, shared]))
print(twice[0] is twice[1])
loop = []
loop.append(loop)
back = marshal.loads(marshal.dumps(loop))
print(back[0] is back)
attempt(b"[\x01\0\0\0" * 10**5)
attempt(b"")
attempt(b"i\0")
attempt(b"s\xff\xff\xff\x7fabc")
attempt(b"[\x02\0\0\0i\1\0\0\0")
attempt(b"l\1\0\0\0\xff\xff")
attempt(b"l\1\0\0\0\0\0")
attempt(b"r\0\0\0\0")
attempt(b"Q")
attempt(b"(\1\0\0\x000")
attempt(b"<\1\0\0\0[\0\0\0\0")
for data in (object(), [lambda: 0]):
    try:
        marshal.dumps(data)
    except ValueError as e:
        print(e)

def make(n):
    """Doc."""
    try:
        total = [i * n for i in range(4)]
    finally:
        n += 1
    return total, (lambda a, *b, c=1, **d: (a, b, c, d, n)), f"{n!r:>5}"

code = marshal.loads(marshal.dumps(make.__code__))
again = type(make)(code, globals())
print(again(3)[0], again(3)[1](1, 2, c=3, e=4), again(3)[2], code == make.__code__)
for cut in range(len(marshal.dumps(make.__code__))):
    try:
        marshal.loads(marshal.dumps(make.__code__)[:cut])
        print('read what was cut', cut)
    except (ValueError, EOFError, TypeError):
        pass
