"""Training: arithmetic of every width: floats, complex, small and large ints, and conversions."""


def gauss(size):
    matrix = [[1.0 / (i + j + 1) + (i == j) for j in range(size)] + [float(i)] for i in range(size)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda r: abs(matrix[r][i]))
        matrix[i], matrix[pivot] = matrix[pivot], matrix[i]
        for r in range(i + 1, size):
            factor = matrix[r][i] / matrix[i][i]
            for c in range(i, size + 1):
                matrix[r][c] -= factor * matrix[i][c]
    answer = [0.0] * size
    for i in reversed(range(size)):
        answer[i] = (matrix[i][size] - sum(matrix[i][c] * answer[c] for c in range(i + 1, size))) / matrix[i][i]
    return answer


def transform(values):
    n = len(values)
    if n == 1:
        return values
    even, odd = transform(values[::2]), transform(values[1::2])
    turn, w = complex(0.92, -0.38), 1 + 0j
    out = [0j] * n
    for k in range(n // 2):
        part = w * odd[k]
        out[k], out[k + n // 2] = even[k] + part, even[k] - part
        w *= turn
    return out


def primes(limit):
    found = []
    for n in range(2, limit):
        for p in found:
            if p * p > n:
                found.append(n)
                break
            if n % p == 0:
                break
        else:
            found.append(n)
    return found


def mod_power(base, exponent, modulus):
    result = 1
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def digits_of_e(count):
    one = 10 ** count
    total, term, n = one, one, 1
    while term:
        term //= n
        total += term
        n += 1
    return str(total)


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def crc(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def bodies(steps):
    xs, vs = [0.0, 1.0, 3.0, -2.0], [0.1, 0.0, -0.2, 0.3]
    for _ in range(steps):
        for i in range(4):
            force = 0.0
            for j in range(4):
                if i != j:
                    d = xs[j] - xs[i]
                    force += d / (abs(d) ** 3 + 0.1)
            vs[i] += force * 0.001
        for i in range(4):
            xs[i] += vs[i] * 0.001
    return xs


print(round(sum(gauss(60)), 6), abs(transform([complex(i % 7) for i in range(1024)])[5]) > 0)
print(len(primes(12000)), mod_power(3, 10 ** 40 + 7, 2 ** 127 - 1), digits_of_e(1500)[-10:])
print(sum(gcd(a, 360) for a in range(20000)), crc(bytes(range(256)) * 30))
print(["%.4f" % x for x in bodies(4000)])
print(sum(int(str(i) * 2) for i in range(20000)), sum(float(f"{i}.{i}e-2") for i in range(10000)) > 0)
print(sum(hash(i * 0.5) & 1 for i in range(20000)), len({i * i % 1000 for i in range(-9000, 9000)}))
