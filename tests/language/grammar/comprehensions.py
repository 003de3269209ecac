# List, set, dict comprehensions and generator expressions: scopes, nesting, conditions.
print([x * 2 for x in range(4)], {x % 2 for x in range(5)}, {x: x * x for x in range(3)})
print([(x, y) for x in range(3) if x for y in range(3) if y != x])
print([[y for y in range(x)] for x in range(4)])
print([x for x in [1, 2, 3] if x > 1 if x < 3], [x if x else "z" for x in range(2)])
print(list(x for x in range(3)), sum(x * x for x in range(4)), tuple(i for i in "ab"))
print([a + b for a, b in [(1, 2), (3, 4)]], [a for a, *b in ["xyz"]], [b for [a, [b]] in [[1, [2]]]])
print([y for x in [1, 2] for y in [x * 10]], [y for x in range(3) for y in (x + 1,) if y > 1])
x = "outer"
print([x for x in "ab"], x)
print([i for i in range(5) if i % 2 == 0 or i == 3 and not i > 3])
d = {}
for d["k"] in [1, 2]:
    pass
print(d, [0 for d["z"] in [5]], d)


class T:
    pass


t = T()
print([t.v for t.v in range(3)], t.v)


def function(n, z=10):
    y = 5
    fs = [lambda: (i, y, n) for i in range(n)]
    return [f() for f in fs], [z + w for w in range(2)], {k: (lambda: k)() for k in "ab"}, list(q + y for q in [n])


print(function(2))


def nested(n):
    return [[[(i, j, k, n) for k in range(j)] for j in range(i)] for i in range(n)]


print(nested(4))
g = (x for x in [1, 2, 3])
print(next(g), list(g), g.__name__, g.__qualname__)


def lazily():
    print("evaluated")
    return [1]


g = (1 for _ in lazily())
print("made")
print(list(g))
try:
    g = (1 for _ in 5)
except TypeError as e:
    print(e)
try:
    print([1 // i for i in [1, 0]])
except ZeroDivisionError as e:
    print(e)


def leaving():
    for row in [[1, 2], [3]]:
        if [v for v in row if v == 3]:
            return [v for v in row]


print(leaving())


class C:
    n = 3
    squares = [i * i for i in range(n)]
    try:
        bad = [n for i in range(2)]
    except NameError as e:
        print(e)


print(C.squares)
print([last := i for i in range(3)], last)


def walrus():
    total = 0
    print([total := total + v for v in range(5)], total)
    print([[inner := i * j for j in range(3)] for i in range(2)], inner)
    if any((found := v) > 2 for v in range(5)):
        print(found)


walrus()
print({**{k: v for k, v in [("a", 1)]}, "b": 2}, [*(i for i in "xy")])
print([i for i in range(20) if i % 2 if i % 3])
gen = ((a, b) for a in range(2) for b in (c for c in range(a + 1)))
print(list(gen))
print([i for i in [1, 2, 3]][::-1], {i for i in ()}, {i: i for i in ()})
print([f"{i}:{j}" for i, j in zip("ab", range(2))], [lambda: i for i in range(2)][0]())
print(max([len(w) for w in "a bcd ef".split()]), sorted({c: 1 for c in "hello"}))


def generator_expression_closure():
    fs = list((lambda: v) for v in range(3))
    return [f() for f in fs]


print(generator_expression_closure())
g = (i for i in range(3))
print(next(g))
g.close()
print(list(g))


def send():
    def inner():
        x = yield 1
        while x:
            x = yield [x for _ in range(2)]
    g = inner()
    return next(g), g.send(5), g.send(6)


print(send())
