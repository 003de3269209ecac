#!/usr/bin/env python3.11
"""Write the tables of the module unicodedata from what CPython 3.11 knows of Unicode 14.0 (and 3.2.0).

usage: python3.11 tools/gen_unicodedata.py     writes src/modules/unicodedata/{properties,names}_data.h

Debian's Unicode Character Database is of another version, and says nothing of how things were in 3.2.0.
"""

import collections
import re
import unicodedata as now
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "src/modules/unicodedata"
N_POINTS = 0x110000
BLOCK = 128
ALIASES, SEQUENCES = 0xF0000, 0xF0200  # private numbers of aliases and named sequences, CPython's own
old = now.ucd_3_2_0


class Writer:
    def __init__(self, name, what):
        assert now.unidata_version == "14.0.0" and old.unidata_version == "3.2.0"
        self.path = OUT / name
        self.lines = [f"/* modules/unicodedata/{name} - {what}",
                      " * Written by tools/gen_unicodedata.py from what CPython 3.11 says; do not edit. */", "",
                      "#include <stdint.h>", ""]

    def table(self, head, items):
        self.lines.append(f"static const {head} = {{")
        line = "   "
        for item in items:
            if len(line) + len(item) + 2 > 118:
                self.lines.append(line)
                line = "   "
            line += f" {item},"
        self.lines += [line, "};", ""]

    def text(self, head, text):
        self.lines.append(f"static const char {head}[] =")
        self.lines += [f'    "{text[i:i + 110]}"' for i in range(0, len(text), 110)]
        self.lines[-1] += ";"
        self.lines.append("")

    def enum(self, **values):
        self.lines += ["enum {", *(f"    {name} = {value}," for name, value in values.items()), "};", ""]

    def trie(self, name, per_point):
        blocks, block_of, first = [], {}, []
        for start in range(0, N_POINTS, BLOCK):
            block = tuple(per_point[start:start + BLOCK])
            if block not in block_of:
                block_of[block] = len(blocks)
                blocks.append(block)
            first.append(block_of[block])
        self.table(f"uint8_t {name}_blocks[]" if len(blocks) < 256 else f"uint16_t {name}_blocks[]", map(str, first))
        self.table(f"uint16_t {name}_points[]", [str(i) for block in blocks for i in block])

    def write(self):
        self.path.write_text("\n".join(self.lines[:-1]) + "\n")
        print(self.path.name, self.path.stat().st_size)


def properties():
    w = Writer("properties_data.h", "categories, classes, decompositions and compositions of code points.")
    chars = [chr(code) for code in range(N_POINTS)]

    def names_of(function):
        return sorted({function(c) for c in chars})

    category, bidi, width = names_of(now.category), names_of(now.bidirectional), names_of(now.east_asian_width)
    records, number = [], {}

    def record(ucd, c):
        row = (category.index(ucd.category(c)), bidi.index(ucd.bidirectional(c)), width.index(ucd.east_asian_width(c)),
               ucd.combining(c), ucd.mirrored(c))
        if row not in number:
            number[row] = len(records)
            records.append(row)
        return number[row]

    present = [record(now, c) for c in chars]
    spans = []  # where 3.2.0 differs: first, last, record
    for code, c in enumerate(chars):
        r = record(old, c)
        if r != present[code]:
            if spans and spans[-1][1] == code - 1 and spans[-1][2] == r:
                spans[-1][1] = code
            else:
                spans.append([code, code, r])
    decimals = [(code, old.decimal(c)) for code, c in enumerate(chars)
                if old.decimal(c, None) is not None and now.decimal(c, None) is None]
    for code, c in enumerate(chars):
        if old.category(c) != "Cn":
            assert old.numeric(c, None) == now.numeric(c, None) and old.digit(c, None) == now.digit(c, None)
            assert old.decomposition(c) == now.decomposition(c)

    prefixes, pool, per_point, seen = [""], [0], [], {}
    for c in chars:
        parts = now.decomposition(c).split()
        if not parts:
            per_point.append(0)
            continue
        prefix = parts.pop(0) if parts[0][0] == "<" else ""
        if prefix not in prefixes:
            prefixes.append(prefix)
        run = (prefixes.index(prefix) << 8 | len(parts), *(int(p, 16) for p in parts))
        if run not in seen:
            seen[run] = len(pool)
            pool += run
        per_point.append(seen[run])
    assert len(pool) < 65536
    corrected = []
    for code, c in enumerate(chars):
        if per_point[code] and old.category(c) != "Cn" and old.normalize("NFD", c) != now.normalize("NFD", c):
            corrected.append((code, ord(old.normalize("NFD", c))))
    pairs = []
    for code, c in enumerate(chars):
        parts = now.decomposition(c).split()
        if len(parts) == 2 and parts[0][0] != "<" and now.normalize("NFC", c) == c:
            pairs.append((int(parts[0], 16), int(parts[1], 16), code))

    w.enum(UD_BLOCK_SHIFT=BLOCK.bit_length() - 1, UD_N_OLD_SPANS=len(spans), UD_N_OLD_DECIMALS=len(decimals),
           UD_N_CORRECTED=len(corrected), UD_N_PAIRS=len(pairs))
    w.table("char ud_categories[][3]", [f'"{name}"' for name in category])
    w.table("char ud_bidis[][4]", [f'"{name}"' for name in bidi])
    w.table("char ud_widths[][3]", [f'"{name}"' for name in width])
    w.table("struct { uint8_t category, bidi, width, combining, mirrored; } ud_records[]",
            ["{%d, %d, %d, %d, %d}" % row for row in records])
    w.trie("ud_record", present)
    w.table("struct { uint32_t first, last; uint16_t record; } ud_old_spans[]", ["{0x%X, 0x%X, %d}" % tuple(s) for s in spans])
    w.table("struct { uint32_t code; uint8_t value; } ud_old_decimals[]", ["{0x%X, %d}" % d for d in decimals])
    w.table("struct { uint32_t code, old; } ud_corrected[]", ["{0x%X, 0x%X}" % c for c in corrected])
    w.table("char *const ud_prefixes[]", [f'"{p}"' for p in prefixes])
    w.trie("ud_decomposition", per_point)
    w.table("uint32_t ud_decompositions[]", ["0x%X" % v for v in pool])
    w.table("struct { uint32_t first, second, whole; } ud_pairs[]", ["{0x%X, 0x%X, 0x%X}" % p for p in sorted(pairs)])
    w.write()


def names():
    w = Writer("names_data.h", "names of characters, spelled in numbered words.")
    # Ranges whose names end in the code point's number.
    name_of, ranges = {}, []
    for code in range(N_POINTS):
        name = now.name(chr(code), None)
        if name is None or name.startswith("HANGUL SYLLABLE "):
            continue
        digits = f"{code:X}"
        if not name.endswith("-" + digits):
            name_of[code] = name
            continue
        prefix = name[:-len(digits)]
        if ranges and ranges[-1][1] == code - 1 and ranges[-1][2] == prefix:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, prefix])

    # Aliases and sequences get numbers in a private area, as in CPython.
    targets = {}
    for base in ALIASES, SEQUENCES:
        code = base
        while code < base + 0x200:
            escape = chr(code).encode("ascii", "namereplace").decode()
            if not escape.startswith("\\N{"):
                break
            name_of[code] = escape[3:-1]
            targets[code] = now.lookup(escape[3:-1])
            code += 1

    def words(name):
        found = []
        for i, part in enumerate(name.split(" ")):
            first, *rest = re.findall(r"^-?[^-]*|-[^-]*", part)
            found += [" " + first if first.startswith("-") else first, *rest]
        return found

    count = collections.Counter(word for name in name_of.values() for word in words(name))
    lexicon = [word for word, _ in sorted(count.items(), key=lambda item: (-item[1], item[0]))]
    digits = "".join(chr(c) for c in range(33, 127) if chr(c) not in '"\\?')
    n, one, three = len(digits), 60, 2
    two = n - one - three

    def spell(index):
        if index < one:
            return digits[index]
        index -= one
        if index < two * n:
            return digits[one + index // n] + digits[index % n]
        index -= two * n
        return digits[one + two + index // (n * n)] + digits[index // n % n] + digits[index % n]

    code_of = {word: spell(i) for i, word in enumerate(lexicon)}
    spelled = {code: "".join(code_of[word] for word in words(name)) for code, name in name_of.items()}
    codes = sorted(spelled)
    spans = []  # first code point, first index
    for i, code in enumerate(codes):
        if i == 0 or codes[i - 1] != code - 1:
            spans.append((code, i))
    text, starts = "", []
    pieces, at = [], 0
    for i, code in enumerate(codes):
        if i % 16 == 0:
            starts.append(at)
        pieces.append(spelled[code] + " ")
        at += len(pieces[-1])
    text = "".join(pieces)
    by_name = sorted(range(len(codes)), key=lambda i: spelled[codes[i]] + " ")
    word_starts, at = [], 0
    for i, word in enumerate(lexicon):
        if i % 16 == 0:
            word_starts.append(at)
        at += len(word) + 1
    assert not any("|" in word for word in lexicon)
    alphabetic = sorted(range(len(lexicon)), key=lambda i: lexicon[i] + "\0")

    w.enum(NAMES_N=len(codes), NAMES_N_SPANS=len(spans), NAMES_N_WORDS=len(lexicon), NAMES_GROUP=16,
           NAMES_ONE=one, NAMES_TWO=two, NAMES_DIGITS=n, NAMES_N_RANGES=len(ranges),
           NAMES_ALIASES=f"0x{ALIASES:X}", NAMES_N_ALIASES=sum(1 for c in targets if c < SEQUENCES),
           NAMES_SEQUENCES=f"0x{SEQUENCES:X}", NAMES_N_SEQUENCES=sum(1 for c in targets if c >= SEQUENCES))
    w.text("names_digits", digits)
    w.table("struct { uint32_t first, last; const char *prefix; } names_ranges[]",
            ['{0x%X, 0x%X, "%s"}' % tuple(r) for r in ranges])
    w.table("uint32_t names_aliases[]", ["0x%X" % ord(targets[c]) for c in sorted(targets) if c < SEQUENCES])
    w.table("uint16_t names_sequences[][4]",
            ["{" + ", ".join("0x%X" % ord(x) for x in targets[c]) + "}" for c in sorted(targets) if c >= SEQUENCES])
    w.table("struct { uint32_t code; uint16_t index; } names_spans[]", ["{0x%X, %d}" % s for s in spans])
    w.text("names_words", "|".join(lexicon) + "|")
    w.table("uint32_t names_word_groups[]", map(str, word_starts))
    w.table("uint16_t names_alphabetic[]", map(str, alphabetic))
    w.text("names_spelled", text)
    w.table("uint32_t names_groups[]", map(str, starts))
    w.table("uint16_t names_by_spelling[]", map(str, by_name))
    w.write()


properties()
names()
