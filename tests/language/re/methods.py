"""Methods and attributes of patterns, matches and scanners, with their errors."""
import copy
import re


def attempt(what):
    try:
        print(ascii(what), "->", ascii(eval(what)))
    except Exception as error:
        print(ascii(what), "!!", type(error).__name__, error)


class Index:
    def __index__(self):
        return 1


P = re.compile("(a)(?P<n>b)?")
M = P.match("ab")
N = P.match("ac")
S = P.scanner("abaab")
B = re.compile(b"(a)(b)?")
for what in """
P.match()|P.match(1)|P.match(b'a')|B.match('a')|P.match('a', pos='x')|P.match(string='ab')|P.match('ab', 1, 2, 3)|P.match('xab', Index())
P.search('xxab', 1).pos|P.search('xxab', -5, 100).endpos|P.search('ab', 2, 1)|P.search('xxab', 0, 3)|P.fullmatch('ab')|P.fullmatch('abx', 0, 2)
P.match('a', 10**30)|P.match('ab', -10**10).span()|re.compile('^a').match('ba', 1)|re.compile('(?<=b)a').match('ba', 1)|re.compile('a$').match('ab', 0, 1)
P.findall('abaab')|P.findall('abaab', 1)|P.findall('xyz')|B.findall(b'abaa')|re.findall('a|', 'bab')|re.findall('(x)|(y)', 'xy')|P.findall(3)
P.split('1ab2a3')|P.split('1ab2a3', 1)|P.split('1ab2a3', -1)|re.split('x*', 'axbc')|re.split(r'\\b', 'a b')|re.split('(x)|y', '1x2y3')|P.split()
P.sub('x', 'abaac')|P.sub('x', 'abaac', 1)|P.sub('', 'ab')|P.subn('<>', 'abxa')|P.subn('', 'xyz')|B.sub(b'-', b'1ab2')|B.sub(bytearray(b'-'), b'1ab2')
P.sub(r'[\\2\\1\\g<n>\\g<0>\\n]', 'abxa')|P.sub(r'\\3', 'a')|P.sub(r'\\g<q>', 'a')|P.sub(r'\\q', 'a')|P.sub(lambda m: m.group().upper(), 'abxa')
P.sub(lambda m: None, 'xabx')|P.sub(lambda m: 3, 'ab')|P.sub(3, 'ab')|P.sub(None, 'ab')|P.sub('x')|P.sub(b'x', 'ab')|B.sub(r'\\1', b'ab')|P.sub(lambda m: 1 / 0, 'ab')
re.sub('x*', '-', 'abxd')|re.sub('a*', lambda m: str(m.span()), 'baac')|re.sub(r'(.)', r'\\1\\1', 'a\\u0101\\U00010400')|re.subn('b', 'x', 'abc', count=Index())
M.group()|M.group(0, 1, 2)|M.group('n')|M.group(5)|M.group('zz')|M.group(2.0)|M.group(Index())|M.group(-1)|M.group(10**30)|N.group(2)|N.group('n', 1)
M[0]|M['n']|M[True]|M[0:1]|M['x']|len(M)|M.groups()|N.groups()|N.groups('d')|N.groups(default=0)|M.groups(1, 2)|N.groupdict()|N.groupdict('d')
M.start()|M.end(1)|M.span('n')|N.span('n')|N.start(2)|M.start(9)|M.start('q')|M.start(1, 2)|M.regs|N.regs|M.regs is M.regs|M.string|M.re is P
M.pos|M.endpos|M.lastindex|N.lastindex|M.lastgroup|N.lastgroup|M.expand(r'\\2-\\1\\g<n>')|N.expand(r'\\2-\\1')|M.expand(3)|M.expand()|bool(M)
copy.copy(M) is M|copy.deepcopy(M) is M|copy.copy(P) is P|copy.deepcopy(P) is P|repr(M)|repr(P)|repr(B)|repr(re.compile('a' * 300, re.I | re.M | re.X))
repr(re.compile(b'a', re.L | re.S))|repr(re.compile('a', re.A))|P == re.compile('(a)(?P<n>b)?')|P == re.compile('(a)(?P<n>b)?', re.I)|P == 'a'|P != B|P < P
hash(P) == hash(re.compile('(a)(?P<n>b)?'))|re.compile(b'a') == re.compile('a')|P.flags|B.flags|P.groups|P.groupindex|P.pattern|B.pattern|P.groupindex['n']
type(P)()|type(M)()|type(S)()|type(P)[str]|type(M)[bytes]|P.__class__.__module__|type(M).__qualname__|type(S)|setattr(P, 'x', 1)|setattr(type(P), 'x', 1)
S.match().span()|S.match().span()|S.search().span()|S.search()|S.match()|S.pattern is P|[m.span() for m in P.finditer('abxab', 1)]|next(P.finditer('x'), 0)
re.escape('a.b*c d\\n')|re.compile('(')|re.compile('a**')|re.compile('[z-a]')|re.compile('(?P<1>a)')|re.compile(r'\\2(a)')|re.match('a', None)
""".strip().replace("\n", "|").split("|"):
    attempt(what)

# A subject that shrinks after the match.
data = bytearray(b"abcdef")
match = re.match(b"(ab)(cdef)", data)
del data[3:]
print(match.group(), match.groups(), match[2], match)

# A buffer is held while it is searched, and let go afterwards.
data = bytearray(b"abab")


def clear(match):
    try:
        data.clear()
    except BufferError as error:
        return str(error).encode()


print(re.sub(b"a", clear, data))
data.clear()
print(data)
