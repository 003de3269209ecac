# Assignment, augmented assignment, unpacking, del, annotations.
def swap():
    a, b = 1, 2
    a, b = b, a
    print(a, b)
    a, b, c = b, a, a + b
    print(a, b, c)
    a, b, c, d = d_ = [c, b, a, 9]
    print(a, b, c, d, d_)
    (a, b), c = (c, a), b
    print(a, b, c)
    [a, [b, *c]] = 1, (2, 3, 4)
    print(a, b, c)
    a, = [5]
    print(a)
    () = []
    [] = ()
    x = y = z = []
    print(x is y is z)
    i = 0
    L = [10, 20, 30]
    i, L[i] = 2, "x"
    print(i, L)
    i = L[i] = 1
    print(i, L)


def starred():
    for s in "", "a", "ab", "abc", "abcd":
        try:
            a, *b, c = s
            print(a, b, c)
        except ValueError as e:
            print(e)
    *a, = range(3)
    print(a)
    a, (b, *c), *d = 1, "xyz", 2, 3
    print(a, b, c, d)
    for a, *b in [(1, 2, 3), "hello"]:
        print(a, b)
    print([*range(3), *"ab"], (*[1], 2, *()), {*[1, 1], 2}, {**{"a": 1}, "b": 2, **{"a": 3}})
    print(*[1], *(2, 3), sep="-")
    def f(*args, **kw):
        return args, kw
    print(f(*[1, 2], 3, *"x", k=1, **{"z": 2}))
    return *a, *b


def errors():
    for code in "a, b = 1", "a, b = 1, 2, 3", "a, b = [1]", "a, *b = []", "(a, b), c = 1, 2", "a, b = {1: 2}":
        try:
            exec(code)
        except Exception as e:
            print(type(e).__name__, e)


class Box:
    def __init__(self):
        self.v = 5
        self.items = [1, 2, 3]


def augmented():
    x = 10
    x += 1; x -= 2; x *= 3; x //= 2; x **= 2; x %= 100; x <<= 2; x >>= 1; x |= 1; x ^= 3; x &= 0xFF
    print(x)
    x /= 4
    print(x)
    b = Box()
    b.v += 1
    b.v *= 2
    b.items[0] += 100
    b.items[-1] -= 1
    b.items[0:2] += [7]
    print(b.v, b.items)
    L = M = [1]
    L += (2, 3)
    print(L is M, M)
    t = u = (1,)
    t += (2,)
    print(t, u)
    d = {"k": 1}
    d["k"] += d["k"]
    d.setdefault("l", []).append(1)
    d["l"] += [2]
    print(d)
    try:
        d["none"] += 1
    except KeyError as e:
        print(repr(e))
    t = ([1],)
    try:
        t[0] += [2]
    except TypeError as e:
        print(e, t)


def deletion():
    a = b = c = 1
    del a, (b, c)
    for name in "abc":
        try:
            print(eval(name, {}, locals()))
        except NameError as e:
            print(e)
    L = list(range(10))
    del L[0], L[-1], L[1:3], L[::2]
    print(L)
    box = Box()
    del box.v
    print(hasattr(box, "v"))
    x = 1
    del x
    try:
        x
    except UnboundLocalError as e:
        print(e)
    try:
        del x
    except UnboundLocalError as e:
        print(e)


def annotated():
    x: int = 3
    y: undefined_annotation
    b = Box()
    b.w: int = 4
    b.items[0]: str = "s"
    (z): "quoted" = 5
    print(x, b.w, b.items, z)


def loops():
    total = 0
    i = 0
    while i < 10:
        i += 1
        if i % 2:
            continue
        if i > 8:
            break
        total += i
    else:
        print("not printed")
    print(total, i)
    while i:
        i -= 1
    else:
        print("else", i)
    for i in range(3):
        for j in range(3):
            if j == i:
                break
        else:
            print("inner else", i)
            continue
        print(i, j)
    for i in ():
        pass
    else:
        print("empty", i)
    n = 0
    while True:
        n += 1
        if n < 5: continue
        if n == 7: break
    print(n)
    x = 5
    while not x < 2 and x != 3 or x == 100:
        x -= 1
    print(x)
    a = b = 0
    while a < 3 and not (b > 4 or a == b == 2):
        a, b = a + 1, b + 2
    print(a, b)
    while 0:
        print("never")
    L = [1, 2, 3]
    while L:
        L.pop()
    s = None
    while s is None:
        s = 1
    while s is not None: s = None
    print(L, s)
    it = iter([1, 2, 3])
    for x in it:
        for y in it:
            print(x, y)


module_x: int = 3
module_y: str
print(__annotations__)
swap()
print(starred())
errors()
augmented()
deletion()
annotated()
loops()
