"""Long subjects and deep backtracking: no recursion, no limit but memory."""
import re

print(re.match(r"(?:a|b)*", "ab" * 200_000).end())
print(re.match(r"(?:(a)|(b))*c", "ab" * 50_000 + "c").span(2))
print(re.match(r"(?:ab?)*?c", "ab" * 50_000 + "c").end())
print(re.match(r"(a|b){100000}", "ab" * 50_000).span())
print(re.match(r"(?:a|b){0,70000}+", "ab" * 50_000).span())
print(re.match(r"(?>(?:a|(b))*)", "ab" * 50_000).span(1))
print(re.fullmatch(r"(?:.|\n)*", "x" * 300_000).end())
print(re.search(r"(.*)(.*)(.*)x$", "y" * 200))
print(len(re.findall(r"(?=(\w+))", "x" * 500)))
print(re.match(r"(?:a?){12}a{12}", "a" * 12).end())
print(re.compile("|".join(f"word{i}" for i in range(2000))).findall("a word1999 word7"))
print(re.compile("".join(f"(?P<g{i}>.)?" for i in range(300))).match("x" * 299).lastgroup)
print(re.match("(" * 90 + "a" + ")" * 90, "a").groups()[-1])
try:
    re.compile("(" * 5000 + ")" * 5000)
except RecursionError:
    print("RecursionError")
print(re.match("(?:){1000,2000}a", "a").span(), re.match("(?:a{0,2}){3,}b", "aaaab").span())
print(re.sub("a", "b", "a" * 100_000).count("b"), len(re.split(",", "," * 100_000)))
