"""Training: the methods of the built-in types, each often enough that the profile calls its loops hot."""
import bisect
import collections
import functools
import itertools
import operator
import struct

LINES = [f"{i:04d};{name};{i * 37 % 101 / 8:.3f};{'x' * (i % 11)}" for i in range(60)
         for name in ("anna", "bruno", "Čeněk", "Δημήτρης")]
SHORT = ["Ostrava 1", "  padded\t", "MiXeD cAsE", "tab\tbed", "0042",
         "über-groß", "слово и дело", "naïve café ", "日本 語", "snow ☃ 😀"]


def text(lines):
    total = 0
    whole = "\n".join(lines)
    for _ in range(6):
        for line in whole.splitlines():
            fields = line.split(";")
            name = fields[1]
            total += int(fields[0]) + len(fields[3]) + line.count(";") + line.find("x") + line.rfind("a")
            total += line.count("na")
            key, _, rest = line.partition(";")
            tail = rest.rsplit(";", 1)
            total += len(key + tail[0]) + (name in line) + ("zz" in line) + (line[::-1] < line)
            total += line.startswith("00")
            total += len(line.replace(";", ",")) + len(line.replace("x", "--")) + len(name.replace("n", "m", 1))
            total += len(name.upper()) + len(name.lower()) + len(name.title()) + name.isalpha() + name.islower()
            total += len(name * 3)
            total += len(line[2:-2]) + len(line.encode()) + line.endswith(("x", "5")) + (name[1:] == "nna")
            total += len(line.encode().decode()) + (hash(name[:-1]) == 0)
            for c in name:
                total += ord(c) + (c in "aeiou")
    for _ in range(60):
        for piece in SHORT:
            total += len(piece.strip()) + len(piece.lower()) + len(piece.upper()) + len(piece.split())
            total += len(piece.casefold())
            total += len(piece.encode()) + piece.isalnum() + piece.isspace() + piece.isdigit() + len(piece.swapcase())
            total += len(repr(piece)) + len(piece.center(20)) + len(piece.expandtabs()) + len(piece.zfill(12))
            total += len(piece.capitalize())
            total += len(piece.rjust(15)) + len(piece.ljust(15, ".")) + (piece + "!" > piece) + piece.isidentifier()
            total += sum(map(ord, piece)) + len(piece.encode("utf-16-le")) + len(ascii(piece)) + len(piece[::2])
            total += len("%s=%d, %5.1f" % (piece, total & 7, 2.5)) + len("{}: {:>4}".format(piece, 7))
            total += len(f"{piece!r:<20}")
            total += len("{name} is {age:d}".format(name=piece, age=3)) + len(str(total)) + int(str(total & 0xFFFF))
            total += piece.rstrip("\t \n") == piece.removesuffix(" ")
    vowels = str.maketrans("aeiou", "uoiea", "xX")
    greek = str.maketrans({"Δ": "D", "η": None, "č": "cz"})
    for _ in range(3):
        total += len(whole.translate(vowels)) + len(whole.translate(greek)) + len(whole.lower()) + len(whole.upper())
        total += len(whole.split()) + whole.count("ρ") + whole.find("nowhere") + whole.count("bruno")
        total += len(whole.split("\n"))
        total += len(whole.encode()) + len(whole.encode().decode()) + len(whole.replace("η", "e"))
        total += len(whole.replace("anna", "eve"))
    latin = "".join(c for c in whole if ord(c) < 256).replace("n", "ñ")
    for _ in range(5):
        total += len(latin.encode()) + len(latin.encode().decode())
        total += len(latin.encode("latin-1").decode("latin-1")) + len(latin.upper())
        total += latin.count("ñ") + latin.find("Q") + len(latin.split("ñ")) + len("".join(reversed(latin)))
    return total


def octets():
    total = 0
    raw = ";".join(LINES).encode()
    table = bytes(255 - i for i in range(256))
    for _ in range(6):
        pieces = raw.split(b";")
        total += len(b",".join(pieces)) + raw.count(b";") + raw.find(b"\xff") + len(raw.replace(b";", b"::"))
        total += len(raw.translate(table))
        total += len(raw.replace(b";", b",")) + len(bytes.fromhex(raw.hex())) + len(bytes(list(raw)))
        total += len(bytearray(raw) + raw)
        total += sum(raw) + max(raw) + len(raw.upper()) + len(raw.splitlines()) + (raw == raw[:-1] + raw[-1:])
        for piece in pieces:
            total += len(piece.strip()) + piece.startswith(b"00") + len(piece[1:]) + len(piece + b"!")
            total += piece.isdigit() + piece.endswith(b"x")
            total += int.from_bytes(piece[:4], "big") + len(total.to_bytes(8, "little"))
    grown = bytearray()
    for i in range(4000):
        grown.append(i & 0xFF)
        grown += b"ab"
        grown[i] ^= 1
    view = memoryview(grown)
    for i in range(0, 4000, 8):
        a, b = struct.unpack_from("<IH", view, i)
        total += a + b + view[i] + len(view[i:i + 4]) + len(struct.pack(">Hq", b, a))
    return total


def sequences():
    total = 0
    numbers = [i * 613 % 997 for i in range(400)]
    reals = [n / 7 for n in numbers]
    names = [f"{n * 17 % 353:x}" for n in numbers]
    pairs = list(zip(names, numbers))
    for turn in range(12):
        total += sum(numbers) + min(numbers) + max(numbers) + int(sum(reals) + min(reals) + max(reals))
        total += len(min(names) + max(names))
        total += sum(len(s) for s in names) + any(n > 2000 for n in numbers) + all(numbers) + any(numbers)
        total += all(reals)
        for group in (numbers, reals, names, pairs):
            ordered = sorted(group)
            total += len(sorted(group, reverse=True)) + len(sorted(ordered))
            total += bisect.bisect(ordered, group[turn]) + (ordered == group)
            copy = group.copy()
            copy.extend(group)
            copy += group[10:40]
            copy.reverse()
            total += len(copy[::2]) + len(copy[::-1]) + copy.index(group[20]) + copy.count(group[3])
            total += (group[9] in copy) + len(copy * 2)
            total += len(list(group)) + len(tuple(group)) + len(list(reversed(group))) + len([*group, *group])
            total += len(tuple(copy)[5:50])
            del copy[5:15]
            for _ in range(20):
                copy.insert(3, copy.pop())
                copy.append(copy.pop(0))
            copy.sort()
            copy.clear()
        total += len(sorted(names, key=len)) + len(sorted(pairs, key=operator.itemgetter(1)))
        total += len(max(pairs, key=lambda pair: pair[1]))
        total += len(list(map(str, numbers))) + len(list(filter(None, numbers)))
        total += len(list(map(operator.add, numbers, reals)))
        total += len(list(enumerate(names))) + len(list(zip(names, numbers, reals))) + len(list(range(500)))
        total += sum(range(500))
        for i, (a, b) in enumerate(zip(numbers, map(abs, reals))):
            total += i + a
        total += functools.reduce(operator.xor, numbers) + len([0] * 300) + len([None, 1] * 40)
        total += len(list(itertools.chain(names, numbers)))
        total += sum(len(list(g)) for _, g in itertools.groupby(numbers, lambda n: n // 100))
        total += len(list(itertools.product(names[:9], numbers[:9])))
        total += len(list(itertools.islice(itertools.count(), 200))) + len(list(itertools.accumulate(numbers)))
        total += len(list(itertools.combinations(numbers[:12], 2))) + len(list(itertools.permutations(names[:5], 3)))
    queue = collections.deque(numbers, maxlen=500)
    for n in numbers * 3:
        queue.append(n)
        total += queue.popleft() + queue[5]
    return total


def tables():
    total = 0
    numbers = [i * 613 % 997 for i in range(300)]
    names = [f"{n * 17 % 353:x}" for n in numbers]
    for turn in range(12):
        for keys in (numbers, names):
            table = dict.fromkeys(keys)
            full = dict(zip(keys, numbers))
            total += len(dict([(k, 1) for k in keys])) + len({**table, **full}) + len(table | full)
            total += len(full.copy()) + (full == full.copy())
            table.update(full)
            for key, value in table.items():
                total += value
            for value in full.values():
                total += value
            total += len(list(full)) + len(list(full.items())) + len(sorted(full.values()))
            total += len(sorted(full.items())) + max(full.values())
            for key in keys:
                total += table.get(key, 0) + table.setdefault(key, 1) + (key in full) + (None in full)
                full[key] = full.get(key, 0) + 1
            for key in keys[:150:3]:
                if key in table:
                    total += table.pop(key)
                full.pop(key, None)
            for key in list(table)[:50]:
                del table[key]
            total += len(str(table)) + len({v: k for k, v in full.items()}) + len(collections.Counter(keys))
            one, two = set(keys), set(keys[100:])
            both = one & two
            total += len(one | two) + len(one - two) + len(one ^ two) + (two <= one) + (one >= both)
            total += one.isdisjoint(both) + len(one.copy())
            total += len(frozenset(keys)) + len(sorted(both)) + (one == two) + len({k for k in keys})
            total += sum(1 for _ in one)
            both.update(keys)
            both.difference_update(two)
            for key in keys:
                both.discard(key)
                both.add(key)
                total += key in both
    groups = collections.defaultdict(list)
    for n in numbers * 5:
        groups[n % 13].append(n)
    return total + len(groups)


def numbers():
    total = 0
    for i in range(1, 1500):
        big = i ** 21
        total += big // i + big % 7 + (big >> 40) + (big << 9) + (big & 0xFFFFFFFFFFFF) + (big ^ i)
        total += big * 31 - big // (i * i * i * i + 1)
        total += -i // 7 + -i % 7 + int(i / 3) + round(i / 7) + int(round(i / 7, 2)) + divmod(i, 7)[1]
        total += pow(i, 5, 1009) + abs(-i) + (~i | 1)
        total += len(str(big)) + int(str(i)) + int(float(f"{i / 16}")) + len(repr(i / 3)) + len(hex(i))
        total += i.bit_length() + len("%.3f" % (i / 7))
        total += int((i / 3) ** 0.5 + i / 3 // 2 + i / 3 % 2 - 1.5 * i) + (i / 3 < i) + (big == big + 1)
        total += int(big * big > i)
        total += len(f"{i:,}") + len(f"{i / 3:10.2f}") + len(format(i, "08b")) + isinstance(i, (str, int))
        total += (type(i) is int) + bool(i)
    return total


class Point:
    kind = "point"

    def __init__(self, x, y):
        self.x, self.y = x, y

    def norm(self):
        return self.x * self.x + self.y * self.y


class Circle:
    def __init__(self, x, r):
        self.r, self.x = r, x

    def norm(self):
        return self.r


def calls():
    Pair = collections.namedtuple("Pair", "first second")
    total = 0

    def both(first, second=0, *more, **options):
        return first + second + len(more) + len(options)

    def forward(*args, **names):
        return both(*args, **names)

    @functools.lru_cache(None)
    def cached(n):
        return n + 1

    half = functools.partial(both, 1)
    for i in range(1500):
        shape = Point(i, 1) if i % 3 else Circle(i, 2)
        total += shape.x + shape.norm() + getattr(shape, "x") + getattr(shape, "z", 5) + hasattr(shape, "y")
        total += hasattr(shape, "kind")
        setattr(shape, "x", total & 7)
        pair = Pair(i, second=2)
        a, b = pair
        total += forward(1, second=2) + forward(1, 2, 3, k=4) + half(second=i) + half(*pair) + cached(i % 50)
        total += pair.first + b
        total += both(**{"first": 1, "second": 2}) + callable(total) + len(pair._replace(first=3)) + max(a, b)
        total += min(a, b, 3)
    return total


for _ in range(12):
    results = text(LINES), octets(), sequences(), tables(), numbers() % 1000003, calls()
print(*results)
