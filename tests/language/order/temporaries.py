# What an expression makes and nobody keeps falls as soon as it is used.
class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print(f"-{self.name}", end=" ")

    def __add__(self, other):
        print("+", end=" ")
        return N(f"({self.name}+{other.name})")

    def __iadd__(self, other):
        return N(f"({self.name}+={other.name})")

    def __getitem__(self, key):
        return N(f"{self.name}[{key.name}]")

    def __call__(self, arg0, arg1, k):
        print("call", end=" ")
        return self

    def __bool__(self):
        print("bool", end=" ")
        return True

    def __lt__(self, other):
        print("<", end=" ")
        return True

    def __contains__(self, other):
        print("in", end=" ")
        return True

    def __iter__(self):
        print("iter", end=" ")
        return iter((self.name,))

    def __enter__(self):
        print("enter", end=" ")
        return N("entered")

    def __exit__(self, *info):
        print("exit", end=" ")

    def __format__(self, spec):
        print("format", end=" ")
        return self.name

    def method(self, *args):
        print("method", end=" ")
        return N("result")


def end(text):
    print("|", text)


N("a")
end("statement")
N("a") + N("b")
end("add")
N("a") + N("b") + N("c")
end("add thrice")
N("a") + (N("b") + N("c"))
end("right first")
x = N("x")
x += N("y")
end("iadd")
del x
end("del")
N("a")[N("b")]
end("subscript")
N("f")(N("arg0"), N("arg1"), k=N("kw"))
end("call")
N("f").method(N("arg"))
end("method")
N("a") and N("b")
end("and")
N("a") or N("b")
end("or")
not N("a")
end("not")
N("a") < N("b") < N("c")
end("chain")
N("a") in N("b")
end("in")
N("a") is N("b")
end("is")
N("t") if N("c") else N("e")
end("conditional")
[N("a"), N("b")]
end("list")
(N("a"), N("b"))[0]
end("tuple item")
{N("k").name: N("v")}
end("dict")
for i in N("loop"):
    print("body", end=" ")
end("for")
with N("manager"):
    print("body", end=" ")
end("with")
with N("manager") as m:
    print("body", end=" ")
end("with as")
m = None
end("m")
f"{N('f')} {N('g')}"
end("f-string")
[0 for i in N("c") if N("cond")]
end("comprehension")
a, = N("unpack")
end("unpack")
[*N("star"), *N("rat")]
end("star")
print(*N("args"), end=" ")
end("call star")
lambda p=N("default"): 0
end("lambda")
N("a").b = N("value")
end("attribute of a temporary")
assert N("assert"), N("message")
end("assert")
while N("while"):
    break
end("while")
match N("subject"):
    case N(name="other"):
        pass
    case N():
        print("matched", end=" ")
end("match")


def returns():
    N("before")
    return N("returned")


returns()
end("return")
returns().name
end("attribute of a result")
try:
    raise ValueError(N("argument"))
except ValueError:
    print("handled", end=" ")
end("raise")
