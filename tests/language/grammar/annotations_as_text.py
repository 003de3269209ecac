"""Annotations as text: every kind of expression, and where it needs brackets."""
from __future__ import annotations

SOURCES = r"""
x | x.y | x.y.z | (1).real | 1.5.real | (-1).x | (yield) | x[1] | x[1:2] | x[1:2:3] | x[:] | x[::] | x[::2] | x[1:] | x[:2, 3] | x[1, 2] | x[(1, 2)]
x[()] | x[1,] | x[*a] | x[*a, b] | x[a:b, c] | x[(a := 1)] | x[lambda: 1] | x[(yield)] | x["a"] | x[b'a']
a + b | a - b - c | a - (b - c) | a ** b ** c | (a ** b) ** c | -a ** b | (-a) ** b | a ** -b | not a | not not a | - - a | ~a | +a | -(a + b) | not (a and b)
a and b or c | a and (b or c) | (a or b) and c | a or b or c | (a or b) or c | a or (b or c) | a @ b | a // b | a % b | a << b | a >> b | a & b | a | a ^ b
a < b < c | (a < b) < c | a < (b < c) | a in b | a not in b | a is b | a is not b | a == b != c | a <= b >= c | not a in b | (not a) in b
a if b else c | (a if b else c) if d else e | a if (b if c else d) else e | a if b else c if d else e | lambda: (a if b else c) | (lambda: a) if b else c
lambda: 1 | lambda x: x | lambda x, y=1: x | lambda *a: a | lambda **k: k | lambda x, /, y, *, z: x | lambda x=1, /, *a, z=2, **k: x | lambda *, k: k | (lambda: 1)()
f() | f(1) | f(1, 2) | f(*a) | f(**k) | f(a=1) | f(1, *a, b=2, **k) | f(x for x in y) | f((x for x in y), 1) | f(a)(b) | (a + b)() | f((yield)) | f(x := 1)
() | (1,) | (1, 2) | 1, 2 | [] | [1] | [1, 2] | {1} | {1, 2} | {} | {1: 2} | {1: 2, **a} | {**a} | [*a] | (*a, b) | {*a} | (a, (b, c)) | [(a, b)]
[x for x in y] | [x for x in y if z] | [x for x in y for z in w if a if b] | {x for x in y} | {x: y for x in z} | (x for x in y) | [x for x, y in z] | [x async for x in y]
[(x, y) for x in y] | [x for x in (a if b else c)] | [x for x in y if (a if b else c)] | [(yield) for x in y] | [x for x in lambda: y] | [x := 1] | [x for x in (lambda: y)]
(x := 1) | (x := (y := 1)) | (x := 1, 2) | ((x := 1), 2) | await_ | ... | None | True | False | 'a' | "it's" | 'both " and \'' | b'\x00' | '\n' | 'a' 'b' | u'a' | r'\n'
1 | 1.0 | 1e100 | 1e400 | -1e400 | 1j | 1e400j | 0x10 | 10**100 | 1_000 | 'é' | '\ud800' | '\U0001f600' | (1e400, 1)
f'a' | f'{a}' | f'{a!r}' | f'{a!s:>10}' | f'{a:{b}}' | f'{a=}' | f'{{}}' | f'{a}{b}' | f'{"x"}' | f"{a['b']}" | f'{ {1} }' | f'{(lambda: 1)}' | f'a{b}c{{d}}' | f'{a:%H:%M}' | f'{a + b}' | f'{a if b else c}' | f'{(yield)}' | f'{a, b}' | f'a' 'b' f'{c}' | f"{x!a:{y}.{z}}"
f'{(x for x in y)}' | f'{not a}' | f'{-a}' | f'{*a, b}' | f'{x:=5}' | f'\n{a}' | f'\'{a}"' | f'{"\'"}'
*a | a, *b | await x | (await x) ** 2 | await (x + y) | (await x)() | -(await x) | (yield x) | (yield from x) | x[await y]
"""


def show(source):
    code = f"from __future__ import annotations\nasync def f():\n    v: {source}\nv: {source}\ndef g(a: {source}, *b: {source}, c: {source} = 1) -> {source}: pass\n"
    for text in code, f"from __future__ import annotations\nv: {source}\n", f"from __future__ import annotations\nclass A:\n    def f(a: {source}): pass\nv = A.f.__annotations__['a']\n":
        namespace = {}
        try:
            exec(text, namespace)
        except SyntaxError as error:
            print(source, "->", error.msg)
            continue
        found = namespace.get("__annotations__", {}).get("v", namespace.get("v"))
        print(source, "->", ascii(found), ascii(namespace["g"].__annotations__) if "g" in namespace else "")


for line in SOURCES.strip().splitlines():
    for source in line.split(" | "):
        show(source)

for n in range(1, 60, 7):
    namespace = {}
    exec("from __future__ import annotations\nv: " + "(" * n + "a" + ",)" * n, namespace)
    print(namespace["__annotations__"])


class C:
    a: list[int] = 1
    (b): int = 2
    _C: __private
    __d: x.__y[__z]


print(C.__annotations__)
