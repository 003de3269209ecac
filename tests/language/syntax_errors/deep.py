# Nesting has bounds, and reaching them is an exception.

for text in [
    "(" * 100000, "(" * 200 + ")" * 200, "[" * 201, "-" * 300000 + "1", "not " * 100000 + "x",
    "lambda: " * 100000 + "x",
    "x if y else " * 100000 + "z", "x ** " * 100000 + "z", "f(" * 150 + ")" * 150, "(x b" * 150,
    "".join(" " * i + "if 1:\n" for i in range(150)), "'" * 3 + "x" * 100000, "x" * 100000 + " = 1",
]:
    try:
        compile(text, "<text>", "exec", 0x400)
        print(text[:20].strip(), len(text), "is fine")
    except (SyntaxError, MemoryError) as e:
        print(text[:20].strip(), len(text), type(e).__name__, e)
