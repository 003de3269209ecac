"""Training: the standard library's way of using the language: imports, regular expressions, json, the compiler."""
import ast
import collections
import functools
import io
import itertools
import json
import re
import textwrap

source = textwrap.dedent(open(re.__file__).read())
for _ in range(2):
    for module in (ast, collections, functools, json, textwrap):
        text = open(module.__file__).read()
        code = compile(text, module.__file__, "exec")
tree = ast.parse(source)
names = collections.Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
pattern = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?P<op>[=(:])|(?P<number>\d+)|\"[^\"]*\"|'[^']*'")
kinds = collections.defaultdict(int)
for match in pattern.finditer(text):
    kinds[match.lastgroup] += 1
rows = [[i, i / 7, str(i)] for i in range(800)]
data = {"names": dict(names), "kinds": {str(k): v for k, v in kinds.items()}, "rows": rows}
for _ in range(5):
    again = json.loads(json.dumps(data, indent=1, sort_keys=True))
Point = collections.namedtuple("Point", "x y")


@functools.lru_cache(maxsize=None)
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)


out = io.StringIO()
for point in itertools.starmap(Point, itertools.combinations(range(40), 2)):
    out.write(f"{point.x},{point.y}\n")
groups = {k: len(list(g)) for k, g in itertools.groupby(sorted(out.getvalue().split()), key=lambda s: s[0])}
queue = collections.deque(maxlen=50)
for word in re.split(r"\W+", source):
    queue.append(re.sub("[aeiou]", "", word))
partial = functools.reduce(lambda a, b: a + b, map(functools.partial(int, base=16), ["ff", "10"] * 500))
print(len(names), again == data, ways(80), len(groups), len(queue), partial)
