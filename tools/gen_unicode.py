#!/usr/bin/env python3
"""Write src/types/unicode_data.h from the Unicode Character Database (Debian: unicode-data).

usage: gen_unicode.py [UCD-DIRECTORY] > src/types/unicode_data.h

Code points younger than Unicode 14.0 (Python 3.11's version) are left out, as if unassigned.
"""

import bz2
import sys
from fractions import Fraction
from pathlib import Path

UCD = Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
NEWEST = (14, 0)
LATER_LOWER = {0x10FC, 0xA7F2, 0xA7F3, 0xA7F4, 0xAB69}  # lower case from Unicode 15.0 on
N_POINTS = 0x110000
BLOCK = 128

FLAGS = ["ALPHA", "DECIMAL", "DIGIT", "NUMERIC", "LOWER", "UPPER", "TITLE", "SPACE", "LINEBREAK",
         "XID_START", "XID_CONTINUE", "PRINTABLE", "CASED", "CASE_IGNORABLE", "SPECIAL"]
FLAG = {name: 1 << i for i, name in enumerate(FLAGS)}


def lines(name):
    path = UCD / name
    text = bz2.open(path, "rt").read() if name.endswith(".bz2") else path.read_text(encoding="utf-8")
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line:
            yield line


def spans(name):
    """(first, last, value) of a file of `XXXX..YYYY ; Value` lines."""
    for line in lines(name):
        points, value = [part.strip() for part in line.split(";")[:2]]
        first, _, last = points.partition("..")
        yield int(first, 16), int(last or first, 16), value


def sequence(text):
    return [int(part, 16) for part in text.split()]


def main():
    too_young = set()
    for first, last, age in spans("DerivedAge.txt"):
        if tuple(map(int, age.split("."))) > NEWEST:
            too_young.update(range(first, last + 1))

    flags = [0] * N_POINTS
    delta = [(0, 0, 0)] * N_POINTS
    decimal = [255] * N_POINTS
    digit = [255] * N_POINTS
    numeric = {}
    lower, upper, title = {}, {}, {}

    def record(code, fields):
        if code in too_young:
            return
        category, bidi = fields[2], fields[4]
        f = 0
        if category[0] == "L":
            f |= FLAG["ALPHA"]
        if category == "Lt":
            f |= FLAG["TITLE"]
        if category == "Zs" or bidi in ("WS", "B", "S"):
            f |= FLAG["SPACE"]
        if bidi == "B":
            f |= FLAG["LINEBREAK"]
        if category not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs") or code == 32:
            f |= FLAG["PRINTABLE"]
        if fields[6]:
            f |= FLAG["DECIMAL"]
            decimal[code] = int(fields[6])
        if fields[7]:
            f |= FLAG["DIGIT"]
            digit[code] = int(fields[7])
        if fields[8]:
            f |= FLAG["NUMERIC"]
            numeric[code] = Fraction(fields[8])
        flags[code] = f
        if fields[12]:
            upper[code] = int(fields[12], 16)
        if fields[13]:
            lower[code] = int(fields[13], 16)
        title[code] = int(fields[14], 16) if fields[14] else upper.get(code, code)

    first = None
    for line in lines("UnicodeData.txt"):
        fields = line.split(";")
        code = int(fields[0], 16)
        if fields[1].endswith(", First>"):
            first = code
        elif fields[1].endswith(", Last>"):
            for each in range(first, code + 1):
                record(each, fields)
        else:
            record(code, fields)

    for first, last, value in spans("LineBreak.txt"):
        if value in ("BK", "CR", "LF", "NL"):
            for code in range(first, last + 1):
                flags[code] |= FLAG["LINEBREAK"]
    wanted = {"Lowercase": "LOWER", "Uppercase": "UPPER", "XID_Start": "XID_START", "XID_Continue": "XID_CONTINUE",
              "Cased": "CASED", "Case_Ignorable": "CASE_IGNORABLE"}
    for first, last, value in spans("DerivedCoreProperties.txt"):
        if value in wanted:
            for code in range(first, last + 1):
                if code not in too_young and not (code in LATER_LOWER and value in ("Lowercase", "Cased")):
                    flags[code] |= FLAG[wanted[value]]
    for line in lines("Unihan_NumericValues.txt.bz2"):
        code, _, value = line.split("\t")
        code = int(code[2:], 16)
        if code not in too_young:
            flags[code] |= FLAG["NUMERIC"]
            numeric[code] = Fraction(value.replace(",", "").split()[0])

    full = {}
    for line in lines("SpecialCasing.txt"):
        parts = [part.strip() for part in line.split(";")]
        if len(parts) > 4 and parts[4]:
            continue  # conditional: final sigma is in the code, languages are not in Python
        full[int(parts[0], 16)] = [sequence(parts[1]), sequence(parts[3]), sequence(parts[2])]
    fold = {}
    for line in lines("CaseFolding.txt"):
        code, status, mapping = [part.strip() for part in line.split(";")[:3]]
        if status in "CF":
            fold[int(code, 16)] = sequence(mapping)

    special = []
    pool = []
    for code in range(N_POINTS):
        if code in too_young:
            continue
        simple = [[lower.get(code, code)], [upper.get(code, code)], [title.get(code, code)]]
        maps = full.get(code, simple)
        folded = fold.get(code, [code])
        if any(len(m) > 1 for m in maps) or folded != maps[0]:
            flags[code] |= FLAG["SPECIAL"]
            delta[code] = (len(special), 0, 0)
            special.append((len(pool), *map(len, maps), len(folded)))
            for m in maps:
                pool.extend(m)
            pool.extend(folded)
        else:
            delta[code] = tuple(m[0] - code for m in maps)

    records, index_of, per_point = [], {}, []
    for code in range(N_POINTS):
        row = (*delta[code], flags[code], decimal[code], digit[code])
        if row not in index_of:
            index_of[row] = len(records)
            records.append(row)
        per_point.append(index_of[row])
    blocks, block_of, first_stage = [], {}, []
    for start in range(0, N_POINTS, BLOCK):
        block = tuple(per_point[start:start + BLOCK])
        if block not in block_of:
            block_of[block] = len(blocks)
            blocks.append(block)
        first_stage.append(block_of[block])
    numbers = sorted((code, value) for code, value in numeric.items() if digit[code] == 255)

    out = ["/* unicode_data.h - properties of Unicode 14.0's code points.  Written by tools/gen_unicode.py from the",
           " * Unicode Character Database; do not edit.  Included by unicode_ctype.c alone. */", ""]

    def table(head, items, per_line=None):
        out.append(head + " = {")
        line = "   "
        for item in items:
            if len(line) + len(item) + 2 > 108:
                out.append(line)
                line = "   "
            line += " " + item + ","
        out.append(line)
        out.append("};")
        out.append("")

    out.append("enum {")
    for name in FLAGS:
        out.append(f"    U_{name} = 0x{FLAG[name]:X},")
    out.append(f"    U_BLOCK_SHIFT = {BLOCK.bit_length() - 1},")
    out.append(f"    U_N_NUMBERS = {len(numbers)},")
    out.append("};")
    out.append("")
    table("static const UnicodeRecord unicode_records[]",
          ["{%d, %d, %d, 0x%X, %d, %d}" % row for row in records])
    table("static const uint16_t unicode_blocks[]", map(str, first_stage))
    table("static const uint16_t unicode_points[]", [str(i) for block in blocks for i in block])
    table("static const UnicodeSpecial unicode_special[]", ["{%d, %d, %d, %d, %d}" % row for row in special])
    table("static const uint32_t unicode_pool[]", ["0x%X" % code for code in pool])
    table("static const UnicodeNumber unicode_numbers[]",
          ["{0x%X, %d, %d}" % (code, value.denominator, value.numerator) for code, value in numbers])
    print("\n".join(out))
    print(f"{len(records)} records, {len(blocks)} blocks, {len(special)} special, {len(numbers)} numbers",
          file=sys.stderr)


main()
