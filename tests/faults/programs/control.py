# Exceptions, generators, closures, context managers, comprehensions, matching.


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return kind is KeyError


def numbers(n):
    try:
        for i in range(n):
            yield i
    finally:
        seen.append("closed")


def outer(x):
    def inner(y):
        nonlocal x
        x += y
        return x
    return inner


def match(v):
    match v:
        case [a, *rest]:
            return a, rest
        case {"k": k}:
            return k
        case str() as s:
            return s
    return None


seen = []
for i in numbers(50):
    if i == 5:
        break
with Manager():
    {}["missing"]
try:
    try:
        1 / 0
    except ZeroDivisionError as error:
        raise ValueError("wrapped") from error
except ValueError as error:
    seen.append((str(error), type(error.__cause__).__name__))
add = outer(3)
seen.append([add(i) for i in range(4)])
seen.append({k: v for k, v in zip("abc", (n * n for n in range(3)))})
seen.append([match(v) for v in ([1, 2, 3], {"k": 4}, "s", 5)])


def many(a, /, b, *args, c=3, **names):
    return a, b, args, c, sorted(names)


seen.append(many(1, *[2, 3, 4], **{"c": 5, "d": 6}))
print(seen)
