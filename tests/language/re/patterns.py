"""Every construct of a pattern, one line each: span, groups and lastindex of the first match."""
import re

CASES = [
    # characters, sets, anchors
    (r"abc", "xxabcabc"), (r".b", "\nb ab"), (r"(?s).b", "\nb"), (r"[a-c]+", "xxabcd"), (r"[^a-c]+", "abxyc"),
    (r"[\w-]+@", "é-x@"), (r"[\d\s]+", "a 1 2\t3b"), (r"[^\W\d]+", "12ab34"), (r"\D\S\W", "1a b!"), (r"[]a]+", "a]b"),
    (r"^b", "a\nb"), (r"(?m)^b", "a\nb"), (r"a$", "a\n"), (r"a\Z", "a\n"), (r"(?m)a$", "a\nb"), (r"\Aab", "ab"),
    (r"\bfoo\b", "a foo b"), (r"\Boo\B", "foot"), (r"\b", ""), (r"\B", ""), (r"[\u0100-\u0200]+", "a\u0101\u0200b"),
    (r"[\U00010400-\U00010410\u0101]+", "a\U00010401\u0101b"), (r"[^\u0101]", "\u0101\u0102"), ("\U0001f600+", "a\U0001f600\U0001f600"),
    # repeats
    (r"a*b", "aaab"), (r"a*?b", "aaab"), (r"a{2}", "aaa"), (r"a{2,}", "aaa"), (r"a{,2}", "aaa"), (r"a{1,2}?", "aaa"),
    (r"(?:ab)+", "ababa"), (r"(?:ab)+?", "abab"), (r"(?:ab){2,3}c", "abababc"), (r"(a|ab)(c|bcd)(d*)", "abcd"),
    (r"(a*)*", "aaa"), (r"(a*)+", "b"), (r"(|a)*", "aa"), (r"(a|)*?b", "aab"), (r"(?:a?){3}b", "aab"), (r"(?:){3,5}x", "x"),
    (r"(\w+)\s(\w+)", "hello big world"), (r"(.*)(\d+)", "abc123"), (r"(.*?)(\d+)", "abc123"), (r"x*", "aaa"),
    # possessive and atomic
    (r"a*+a", "aaa"), (r"(?:ab)*+c", "ababc"), (r"(?:a|ab)++c", "abc"), (r"(?>a*)a", "aaa"), (r"(?>a|ab)c", "abc"),
    (r"(?>(a)|b)*", "ab"), (r"[ab]?+b", "ab"), (r"(?:a{1,2}){2}+b", "aaab"),
    # groups, references, conditions
    (r"(?P<x>a)(?P=x)", "baa"), (r"(a)(b)?", "a"), (r"(a)|(b)", "b"), (r"(?:(a)|b)*", "ab"), (r"(a)(?(1)b|c)", "ab"),
    (r"(a)?(?(1)b|c)", "c"), (r"(a(?(1)b|c))*", "acab"), (r"(?P<n><)?x(?(n)>)", "<x>"), (r"((a)(b))c", "abc"),
    (r"(?:(a)|(b)|(c))+", "abc"), (r"(\w)\1", "hello"), (r"(?i)(a)\1", "aA"), (r"(?i:a)b", "Ab"), (r"(?-i:a)b", "ab"),
    # looking around
    (r"(?=(a*))\1", "aa"), (r"a(?=b)", "acab"), (r"a(?!b)", "abac"), (r"(?<=a)b", "bab"), (r"(?<!a)b", "abb"),
    (r"(?!(a)b)a", "ac"), (r"(?=(a))b|a", "a"), (r"(?<=(a))b", "ab"), (r"(?:(?=(a))a)+b", "aab"), (r"(?<![\w])x", "ax x"),
    # alternatives
    (r"foo|bar|baz", "a baz"), (r"ab|a", "ab"), (r"a|ab", "ab"), (r"(?:a|b)*?c", "ababc"), (r"|a", "a"), (r"a||b", "b"),
    (r"(?!)|a", "a"), (r"(?:x|(?:y|z)+)+w", "xyzxw"),
    # ignoring case
    (r"(?i)straße", "STRAßE"), (r"(?i)k", "\u212a"), (r"(?ia)k", "\u212a"), (r"(?i)\u017f", "S"), (r"(?i)[a-z]+", "aB\u017fK1"),
    (r"(?i)[^k]", "\u212ak1"), (r"(?i)ΑΣ", "ας"), (r"(?i)\U00010400", "\U00010428"), (r"(?i)[\U00010400-\U00010410]", "\U00010428"),
    (r"(?i)ı", "I"), (r"(?i)\u0130", "i"), (r"(?i)[\u0430-\u044f]+", "ПРИВЕТ"),
]


def shown(match):
    return match and (match.span(), match.groups(), match.lastindex, match.regs)


for pattern, text in CASES:
    compiled = re.compile(pattern)
    print(ascii(pattern), ascii(text), ascii(shown(compiled.search(text))), ascii(shown(compiled.match(text))),
          ascii(shown(compiled.fullmatch(text))), ascii(compiled.findall(text)))
    try:
        narrow, data = re.compile(pattern.encode("ascii")), text.encode("ascii")
    except (UnicodeEncodeError, re.error):
        continue
    print("  bytes", shown(narrow.search(data)), narrow.split(data), narrow.findall(bytearray(data)),
          [m.span() for m in narrow.finditer(memoryview(data))])
