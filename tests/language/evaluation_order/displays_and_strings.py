# Displays, f-strings, slices, subscripts and operators from left to right.
def say(value):
    print(value, end=" ")
    return value


class Op:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


for method, sign in (("add", "+"), ("sub", "-"), ("mul", "*"), ("matmul", "@"), ("truediv", "/"), ("floordiv", "//"),
                     ("mod", "%"), ("pow", "**"), ("lshift", "<<"), ("rshift", ">>"), ("and", "&"), ("or", "|"),
                     ("xor", "^")):
    def operate(self, other, sign=sign):
        print(f"[{self}{sign}{other}]", end=" ")
        return Op(f"({self}{sign}{other})")
    setattr(Op, f"__{method}__", operate)
for method, sign in ("neg", "-"), ("pos", "+"), ("invert", "~"):
    def operate(self, sign=sign):
        print(f"[{sign}{self}]", end=" ")
        return Op(f"({sign}{self})")
    setattr(Op, f"__{method}__", operate)


def o(name):
    print(name, end=" ")
    return Op(name)


def end(value=""):
    print("|", value)


end(o("a") + o("b") * o("c"))
end((o("a") + o("b")) * o("c"))
end(o("a") ** o("b") ** o("c"))
end(-o("a") ** -o("b"))
end(o("a") - o("b") - o("c"))
end(o("a") | o("b") ^ o("c") & o("d") << o("e") + o("f") * ~o("g"))
end(o("a") @ o("b") // o("c") % o("d") / o("e"))
end([say(1), [say(2)], (say(3),), {say(4)}, {say(5): say(6)}])
end({say(1): say("a"), say(2): say("b"), **{say(3): say("c")}})
end([0, 1, 2, 3, 4, 5][say(1):say(5):say(2)])
end([0, 1, 2][say(0)] + [3][say(0)])


class Sub:
    def __getitem__(self, key):
        return key

    def __class_getitem__(cls, key):
        return key


end(Sub()[say(1):say(2), say(3), ..., say(4)::say(5)])
end(Sub[say(int), say(str)])
end(Sub()[say(1),])
end(Sub()[*say([1, 2]), say(3)])


class F:
    def __init__(self, name):
        self.name = name

    def __format__(self, spec):
        print(f"format({self.name},{spec})", end=" ")
        return self.name

    def __repr__(self):
        print(f"repr({self.name})", end=" ")
        return self.name.upper()

    def __str__(self):
        print(f"str({self.name})", end=" ")
        return self.name


def f(name):
    print(name, end=" ")
    return F(name)


end(f"{f('a')} {f('b')!r} {f('c')!s:>5} {f('d'):{say(3)}.{say(2)}} {f('e')=}")
end(f"{say(1)}{say(2):{say(3)}}{say(4)}")
end(f"{(lambda x: say(x))(1)}{[say(i) for i in range(2)]}")
end("%s %r %s" % (f("a"), f("b"), say(1)))
end("{} {!r} {x}".format(f("a"), f("b"), x=f("c")))
end((say(1), *say([2]), *(say(i) for i in (3, 4)), say(5)))
end({*say([1]), say(2)})
x = 1
end(f"{x}{(x := 2)}{x}{(x := 3)}")
end([*[x], x := 4, *[x]])
a = [1, 2]
end(a[0] if (a := [5, 6]) else a[1])
end((a := [7, 8])[1] + a[0])
end([a, a.append(9), list(a)])
end({(k := "k"): (k := "v"), k: 1})
end([i for i in [j for j in (say(1), say(2))]])
end(sum(say(i) * say(i + 1) for i in range(2)))
end(sorted([say(3), say(1), say(2)], key=lambda n: say(-n)))
end(*say([1]), *say([2]))
