# The parser, the compiler, and code run from text.
source = '''
def f(a, b=1, *c, d, **e):
    """Docstring."""
    total = [x * y for x in range(a) for y in (b, d) if x != y]
    while total and (n := len(total)) > 3:
        total.pop()
    else:
        total.append(f"{n!r:>{b + 3}}" if a else None)
    try:
        return lambda z: (z, *total, {**e})
    except (KeyError, ValueError) as error:
        raise
    finally:
        del total[0:1]
'''
names = {}
exec(compile(source, "text", "exec"), names)
print(names["f"](4, d=2, k=3)(0), eval("(1 + 2j) * 3 if 1 < 2 <= 3 else [0]"), names["f"].__doc__)
for broken in ("f(", "x = = 1", "'abc", "if x:\npass", "return 1", "a b"):
    try:
        compile(broken, "text", "exec")
    except SyntaxError as error:
        print(type(error).__name__, error.msg)
