"""Loops and arithmetic: numbers, indices, strings, and nothing else.  Seconds."""
import sys
import time


def run_while(n):
    i = 0
    while i < n:
        i += 1


def run_for_sum(n):
    total = 0
    for i in range(n):
        total += i
    return total


def run_mixed_int(n):
    a, b = 1, 7
    for i in range(n):
        a = (a * 31 + b - i) & 0xFFFFF
        b = (b ^ a) + (i >> 3)
    return a + b


def run_divisions(n):
    total = 0
    for i in range(1, n):
        total += n // i - n % i
    return total


def run_collatz(n):
    longest = 0
    for start in range(1, n):
        steps, v = 0, start
        while v != 1:
            v = v // 2 if v % 2 == 0 else 3 * v + 1
            steps += 1
        if steps > longest:
            longest = steps
    return longest


def run_sieve(n):
    for _ in range(n):
        flags = [True] * 10_000
        for i in range(2, 100):
            if flags[i]:
                for j in range(i * i, 10_000, i):
                    flags[j] = False


def run_float(n):
    x, y = 0.5, 1.25
    for _ in range(n):
        x = x * 1.0000001 + y / 3.0
        y = y - x * 0.25
        if x > 1e6:
            x = 0.5
    return x + y


def run_mandelbrot(n):
    inside = 0
    for row in range(n):
        ci = row / n * 2.0 - 1.0
        for column in range(60):
            cr = column / 30.0 - 1.5
            zr = zi = 0.0
            for _ in range(40):
                zr2, zi2 = zr * zr, zi * zi
                if zr2 + zi2 > 4.0:
                    break
                zi = 2.0 * zr * zi + ci
                zr = zr2 - zi2 + cr
            else:
                inside += 1
    return inside


def run_nested_lists(n):
    size = 24
    a = [[i * j % 10 for j in range(size)] for i in range(size)]
    for _ in range(n):
        product = []
        for i in range(size):
            row = []
            for j in range(size):
                total = 0
                for k in range(size):
                    total += a[i][k] * a[k][j]
                row.append(total)
            product.append(row)
    return product


def run_big_ints(n):
    for _ in range(n):
        a, b = 0, 1
        for _ in range(2000):
            a, b = b, a + b
    return a


def run_factorial(n):
    for _ in range(n):
        product = 1
        for i in range(1, 600):
            product *= i
    return product


def run_compare(n):
    low = middle = high = 0
    for i in range(n):
        if i < 1000:
            low += 1
        elif i <= 100_000:
            middle += 1
        else:
            high += 1
    return low, middle, high


def run_strings(n):
    total = 0
    for i in range(n):
        text = "item " + str(i)
        if text[-1] == "7" or "99" in text:
            total += len(text)
    return total


def run_dict_counts(n):
    counts = {}
    for i in range(n):
        key = i * i % 1009
        counts[key] = counts.get(key, 0) + 1
    return len(counts)


ROWS = {
    "while": (run_while, 1_500_000),
    "sum of a range": (run_for_sum, 1_500_000),
    "mixed int": (run_mixed_int, 350_000),
    "// and %": (run_divisions, 500_000),
    "collatz": (run_collatz, 4_000),
    "sieve": (run_sieve, 60),
    "float": (run_float, 500_000),
    "mandelbrot": (run_mandelbrot, 60),
    "matrix of lists": (run_nested_lists, 12),
    "fibonacci to 2,000": (run_big_ints, 150),
    "factorial of 600": (run_factorial, 250),
    "comparisons": (run_compare, 1_000_000),
    "strings": (run_strings, 250_000),
    "count in a dict": (run_dict_counts, 500_000),
}


def measure(run, n):
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        run(n)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    if len(sys.argv) == 1:
        print("\n".join(ROWS))
        return
    run, n = ROWS[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(run, max(1, int(n * scale))))


main()
