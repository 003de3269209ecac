# Dicts fall from the first entry, the key before its value; sets lose what they hold.
class N:
    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return hash(self.name)

    def __eq__(self, other):
        return self.name == other.name

    def __del__(self):
        print(self.name, end=" ")


def line(text):
    print("|", text)


d = {i: N(f"v{i}") for i in range(4)}
del d
line("dict")
d = {N(f"k{i}"): N(f"v{i}") for i in range(3)}
del d
line("keys and values")
d = {i: N(f"v{i}") for i in range(4)}
d.clear()
line("clear")
d = {i: N(f"v{i}") for i in range(4)}
del d[1]
line("one entry")
d[1] = N("v1 again")
d[0] = N("v0 again")
line("a value replaced keeps its place")
del d
line("the rest in order of insertion")
d = {i: N(f"p{i}") for i in range(3)}
d.popitem()
line("popitem")
d.pop(0)
line("pop")
d.update({1: N("new1"), 5: N("new5")})
line("update")
d |= {1: N("or1")}
line("or")
d.setdefault(1, N("unused"))
line("setdefault")
d = None
line("rebound")
d = {N("k"): N("first")}
d[N("k")] = N("second")
line("an equal key is not kept")
del d
line("gone")
d = {"a": N("a"), "b": {"c": N("c"), "d": [N("d"), N("e")]}, "f": N("f")}
del d
line("nested")
s = {N("s")}
s.add(N("s"))
line("an equal item is not kept")
s.discard(N("s"))
line("discard")
s = {N("t")}
s.clear()
line("clear a set")
s = frozenset([N("u")])
del s
line("frozenset")
d = dict.fromkeys("ab", N("shared"))
del d["a"]
line("one holder left")
del d["b"]
line("none left")
d = {k: v for k, v in [(1, N("one")), (1, N("uno"))]}
line("comprehension")
del d
line("end")
