# Texts read as an expression and as a single statement, and input that could go on.
# Each text is compiled in each mode; what comes out is printed.

ONLY_TREE, KEEP_BLOCKS_OPEN, ALLOW_INCOMPLETE = 0x400, 0x200, 0x4000


def show(source, mode, flags):
    try:
        compile(source, "<text>", mode, flags | ONLY_TREE, True)
        print("   ", mode, hex(flags), "is fine")
    except SyntaxError as e:
        place = (e.lineno, e.offset, e.end_lineno, e.end_offset)
        print("   ", mode, hex(flags), type(e).__name__, e.msg, place, ascii(e.text))


for text in [
    "", "\n", "# nothing", "    ", "1", "1,", "1, *a", "x = 1", "x = 1; y = 2", "x = 1\ny = 2",
    "x = 1\n# more\n\n",
    "if x: y", "if x: y\n", "if x:\n  y", "if x:\n  y\n", "if x:\n  y\n\n", "if x:\n", "if x",
    "def f():\n  x\n  y",
    "class A:\n  def f(self):\n    x\n", "(1,\n", "(1,\n2)", "'''a\n", "'''a\nb'''", "'a", "x = \\\n",
    "x = \\\n1",
    "a b", "(a b\n", "for x in", "try:\n  x\n", "try:\n  x\nexcept:\n  y\n", "@d\n", "@d\ndef f(): pass\n",
    "match x:\n",
    "match x:\n  case 1:\n", "match x:\n  case 1: y\n", "..", "...", "\"\"", "x +", "0x", "lambda",
    "f'{a b}'", "f'{",
]:
    print(ascii(text))
    for mode in "exec", "eval", "single":
        for flags in 0, ALLOW_INCOMPLETE, ALLOW_INCOMPLETE | KEEP_BLOCKS_OPEN:
            show(text, mode, flags)
