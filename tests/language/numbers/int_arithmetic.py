# not-under: pressure a million allocations, none of them collected
# Operators of int on values around every boundary of the representation, against their laws and python3.11's results.
def checksum(values):
    h = 14695981039346656037
    for v in values:
        while True:
            h = ((h ^ (v & 0xffffffff)) * 1099511628211) % 2**64
            v >>= 32
            if v in (0, -1):
                break
        h ^= v & 7
    return h

edges = set()
for bits in (0, 1, 2, 8, 29, 30, 31, 59, 60, 61, 63, 64, 89, 90, 91, 120, 127, 128, 600, 1919, 1920):
    for d in (-2, -1, 0, 1, 2):
        edges.add((1 << bits) + d)
        edges.add(-(1 << bits) + d)
seed = 12345
def rand(bits):
    global seed
    v = 0
    for _ in range(bits // 32 + 1):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        v = v << 32 | seed >> 32
    return v >> (bits // 32 * 32 + 32 - bits)
values = sorted(edges) + [rand(n) * s for n in (70, 100, 333, 721, 1500, 4000) for s in (1, -1)]

import operator
for name in "add sub mul and_ or_ xor floordiv mod".split():
    f = getattr(operator, name, None)
    results = []
    for a in values:
        for b in values:
            if b == 0 and name in ("floordiv", "mod"):
                continue
            results.append(f(a, b))
    print(name, len(results), checksum(results))
for a in values:
    for b in values:
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (r == 0 or (r < 0) == (b < 0)) and abs(r) < abs(b)
            assert q == a // b and r == a % b
        assert (a < b) == (b > a) == (a - b < 0) and (a == b) == (a - b == 0)
        assert a - b == -(b - a) and (a ^ b) == (a | b) - (a & b)
    assert ~a == -a - 1 and -(-a) == a == +a and abs(a) == (a if a >= 0 else -a)
    for n in (0, 1, 29, 30, 31, 59, 60, 61, 64, 100, 1000):
        assert a << n == a * 2**n and a >> n == a // 2**n, (a, n)
print(checksum([a.bit_length() for a in values]), checksum([a.bit_count() for a in values]))
print(checksum([hash(a) for a in values]))

print(checksum([a**e for a in values[::7] for e in (0, 1, 2, 3, 7, 20)]))
print(checksum([pow(a, e, m) for a in values[::9] for e in (0, 1, 5, 2**70 + 9, 12345678) for m in values[::11] if m]))
for m in (7, -7, 2**61 - 1, 2**127 - 1, -(2**521 - 1), 10**18 + 9):
    for a in values[::5]:
        if a % m:
            inverse = pow(a, -1, m)
            assert inverse * a % m == 1 % m, (a, m)
# long division and multiplication by the library's fast methods
x, y = rand(200000) | 1 << 199999, rand(70000) | 1 << 69999
p = x * y
assert p // y == x and p % y == 0 and (p + y - 1) // y == x and (p - 1) % y == y - 1
print(checksum([p, x * x, p // (x + 1), p % (x + 1), x // y, x % y]))
print(checksum([3**20000, (10**50 + 7)**300, 6**5000, (-12)**3001]))
print((-2**63) // -1, (-2**63) % -1, abs(-2**63), -(-2**63), (-2**63) * -1)
print([x is y for x in (-6, -5, 0, 256, 257) for y in [x + 10**20 - 10**20]][1:4])
