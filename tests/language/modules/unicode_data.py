# unicodedata: properties, names, normalization, and Unicode 3.2.0.
import unicodedata as u

old = u.ucd_3_2_0


def show(source):
    try:
        print(source, ascii(eval(source)))
    except Exception as error:
        print(source, type(error).__name__, ascii(str(error)))


for source in r"""
u.name(chr(0x17000))
u.name('\n')
u.name('\n', 3)
u.name('ab')
u.name(3)
u.name()
u.name('a', 1, 2)
u.name('\uac01')
u.name('\u4e00')
u.name('\U000f0000')
u.name('\U000f0200')
u.category('ab')
u.category(1)
u.category('\ud800')
u.decimal('x')
u.decimal('x', 5)
u.decimal('\u00b2')
old.decimal('\u00b2')
u.digit('x')
u.digit('\u00b2')
u.numeric('x')
u.numeric('\u00bd')
u.normalize('x', 'a')
u.normalize('x', '')
u.normalize('NFC', 1)
u.normalize('NFC')
u.normalize(1, 'a')
u.is_normalized('NFC', 'a\u0301')
u.is_normalized('NFD', 'a\u0301')
u.is_normalized('x', 'a')
u.is_normalized('x', '')
u.UCD
u.UCD()
old.unidata_version
old.unidata_version = 1
u.unidata_version
u.lookup(1)
u.lookup(b'DIGIT ONE')
u.lookup(b'DIGIT ' + bytes(3))
u.lookup('')
u.lookup(' A')
u.lookup('LATIN SMALL LETTER A ')
u.lookup('LATIN  SMALL LETTER A')
u.lookup('\u1234')
u.lookup('x\0y')
u.lookup('a' * 256)
u.lookup('a' * 257)
u.lookup('-' * 256)
u.lookup('TIBETAN LETTER -A')
u.lookup('TIBETAN MARK BKA- SHOG YIG MGO')
u.lookup('cjk unified ideograph-4e00')
u.lookup('CJK UNIFIED IDEOGRAPH-4e00')
u.lookup('CJK UNIFIED IDEOGRAPH-04E00')
u.lookup('CJK UNIFIED IDEOGRAPH-4E000')
u.lookup('CJK UNIFIED IDEOGRAPH-F900')
u.lookup('CJK COMPATIBILITY IDEOGRAPH-F900')
u.lookup('cjk compatibility ideograph-f900')
u.lookup('CJK COMPATIBILITY IDEOGRAPH-0F900')
u.lookup('NUSHU CHARACTER-1B170')
u.lookup('hangul syllable ga')
u.lookup('HANGUL SYLLABLE ')
u.lookup('HANGUL SYLLABLE A')
u.lookup('HANGUL SYLLABLE GGWALH')
u.lookup('latin small letter a')
u.lookup('keycap digit one')
u.lookup('line feed')
u.lookup('PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRAKCET')
u.lookup('PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET')
old.category(chr(0x1f600))
old.name(chr(0x1f600))
old.lookup('GRINNING FACE')
old.lookup('KEYCAP DIGIT ONE')
old.lookup('LINE FEED')
old.lookup('DIGIT ONE')
u.east_asian_width('\u0378')
u.bidirectional('\u0378')
u.decomposition('\uac00')
u.decomposition('\ufb01')
u.decomposition('\ufdfa')
'\N{line feed}\N{latin small letter a}\N{CJK UNIFIED IDEOGRAPH-4E00}'
'\N{KEYCAP DIGIT ONE}'
'\n\u0e01\ue000\U000f0200\U000f0000\ud800'.encode('ascii', 'namereplace')
b'\\N{DIGIT ONE}'.decode('unicode_escape')
b'\\N{KEYCAP DIGIT ONE}'.decode('unicode_escape')
sorted(name for name in dir(u) if name[:2] != '__')
""".strip().splitlines():
    show(source)

# Every character, boiled down.
for ucd in u, old:
    sums = dict.fromkeys(("category", "bidirectional", "combining", "east_asian_width", "mirrored", "decomposition"), 0)
    for code in range(0, 0x30000, 7):
        for name in sums:
            sums[name] = (sums[name] * 31 + sum(map(ord, str(getattr(ucd, name)(chr(code)))))) % 1000003
    print(sums)
names = numbers = wrong = 0
for code in range(0, 0x30000, 5):
    name = u.name(chr(code), "")
    names = (names * 31 + sum(map(ord, name))) % 1000003
    numbers = (numbers * 31 + int(u.numeric(chr(code), 1) * 32)) % 1000003
    wrong += bool(name) and u.lookup(name) != chr(code)
print(names, numbers, wrong)

# Texts in which composing and ordering matter.
state, texts = 1, []
pool = "aeo\u0301\u0323\u0315\u0345\u1100\u1161\u11a8\uac00\u00e9\u1e69\u0344\ufb2c\u2126\u212b\u09c7\u09be\U00011099\U000110ba\U0002f868\u0340"
for _ in range(3000):
    text = ""
    for _ in range(6):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        text += pool[(state >> 16) % len(pool)]
    texts.append(text)
for ucd in u, old:
    for form in "NFC", "NFD", "NFKC", "NFKD":
        total = 0
        for text in texts:
            normal = ucd.normalize(form, text)
            assert ucd.is_normalized(form, normal) and ucd.normalize(form, normal) == normal
            for c in normal:
                total = (total * 31 + ord(c)) % 1000003
        print(form, total)
print(len(u.normalize("NFC", "a" + "\u0301\u0323" * 500)))
