"""Regular expressions with nothing of the standard library around them: the code is written down as re/_compiler.py makes it."""
import _sre

either = _sre.compile("a|b", 32, [7, 5, 16, 97, 15, 7, 5, 16, 98, 15, 2, 0, 1], 0, {}, ())
match = either.match("ab")
print(match.group(), match.groups(), match.regs, match.groupdict(), match)
print(either.findall("abxab"), either.split("xaybz"), either.sub("q", "xab"), either.sub(lambda m: "z", "xab"),
      [m.span() for m in either.finditer("ab")])
literal = _sre.compile(b"a", 0, [14, 8, 3, 1, 1, 1, 1, 97, 0, 16, 97, 1], 0, {}, ())
print(literal.findall(b"aba"), literal.sub(b"", bytearray(b"xa")), literal == either, hash(literal) == hash(literal))
# (a|b)*c over a subject that needs a larger stack
loop = _sre.compile(None, 0, [23, 19, 0, 4294967295, 17, 0, 7, 5, 16, 97, 15, 7, 5, 16, 98, 15, 2, 0, 17, 1, 18, 16, 99, 1], 1,
                    {"name": 1}, (None, "name"))
match = loop.match("ab" * 40 + "c")
print(match.span("name"), match.lastgroup, match.groupdict(), match.group(1, "name"), loop.scanner("abc").search().groups())
