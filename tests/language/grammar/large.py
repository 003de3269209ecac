# Large code: far jumps, many constants, names, locals, and items.
def run(source, name="f", *args):
    ns = {}
    exec(source, ns)
    return ns[name](*args)


# a loop whose body is longer than a 16-bit jump reaches
body = "".join(f"        if x == {i}: y += {i}\n" for i in range(300, 9000))
print(run("def f(n):\n    y = 0\n    for x in range(n):\n" + body + "    return y\n", "f", 320))
body = "".join(f"        y = y + {i} - {i}\n" for i in range(6000))
print(run("def f(n):\n    y = 0\n    while y < n:\n        y += 1\n" + body + "        if y == 3: continue\n    else:\n        y = -y\n    return y\n", "f", 5))
print(run("def f(n):\n    try:\n        for x in range(n):\n" + "".join(f"            z{i} = x\n" for i in range(3000)) +
          "            if x == 2: raise ValueError(z2999)\n    except ValueError as e:\n        return repr(e)\n", "f", 5))
# many constants: beyond what an operand can name
n = 40000
source = "def f():\n    x = 0\n" + "".join(f"    x = {i}.5\n" for i in range(n)) + f"    return x + {n}.25, [1.125, {n - 1}.5]\n"
print(run(source))
source = "x = [" + ",".join(f"{i}.5" for i in range(20000)) + "]\nprint(len(x), x[-1])"
exec(source)
exec("x = {" + ",".join(f"{i}.5: v" for i in range(3000)) + "}\nprint(len(x), x[2999.5])", {"v": 1})
exec("x = {" + ",".join(f"v + {i}" for i in range(3000)) + "}\nprint(len(x), max(x))", {"v": 1})
exec("x = (" + ",".join(f"v + {i}" for i in range(3000)) + ")\nprint(len(x), max(x), type(x))", {"v": 1})
exec("x = [" + ",".join(f"v, *[{i}]" for i in range(1000)) + "]\nprint(len(x), max(x))", {"v": 1})
# many names and locals
exec("".join(f"name{i} = {i}\n" for i in range(5000)) + "print(name0 + name4999)")
print(run("def f():\n" + "".join(f"    v{i} = {i}\n" for i in range(3000)) + "    return v0 + v2999 + len(locals())\n"))
print(run("def f(" + ", ".join(f"a{i}" for i in range(500)) + "): return a0 + a499\n", "f", *range(500)))
print(run("def f():\n    " + " + ".join(["1.5"] + ["x"] * 500) + "\n    return 1\nx = 2\n"))
print(eval("+".join(["x"] * 900), {"x": 1}), eval("(" * 90 + "x" + ")" * 90, {"x": 7}), eval("-" * 300 + "x", {"x": 7}))
print(eval("x" + ".real" * 300, {"x": 7}), eval("f" + "()" * 300, {"f": type("F", (), {"__call__": lambda s: s})()}).__class__.__name__)
print(eval("[" * 80 + "x" + "]" * 80, {"x": 1})[0][0][0].__class__, eval("f(" * 80 + "1" + ")" * 80, {"f": lambda v: v + 1}))
print(eval(" if x else ".join(["x"] * 300), {"x": 0}), eval(" or ".join(["x"] * 1000), {"x": 0}), eval(" < ".join(map(str, range(300)))))
for code in "x" + " if x else x" * 50000, "-" * 50000 + "1", "f" + "()" * 50000, "x" + ".a" * 50000, "+".join(["x"] * 50000), "lambda: " * 50000 + "x":
    try:
        compile(code, "<deep>", "eval")
        print("compiled")
    except (RecursionError, MemoryError, SyntaxError):
        print("too deep")
source = "".join("    " * 0 + f"def f{i}():\n    return {i}\n" for i in range(2000)) + "print(f0() + f1999())"
exec(source)
source = "def f(x):\n" + "".join(f"    {'el' if i else ''}if x == {i}: return {i * 2}\n" for i in range(900)) + "    return None\n"
print(run(source, "f", 899), run(source, "f", 5000))
source = "def f(x):\n    match x:\n" + "".join(f"        case {i}: return {i * 2}\n" for i in range(900))
print(run(source, "f", 899), run(source, "f", 5000))
