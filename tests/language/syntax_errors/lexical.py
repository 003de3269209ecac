# What the lexer refuses.
# Each text is compiled; the error's type, message, place and line are printed.


def show(source, mode="exec"):
    try:
        compile(source, "<text>", mode)
        print(ascii(source), "is fine")
    except SyntaxError as e:
        place = (e.lineno, e.offset, e.end_lineno, e.end_offset)
        print(ascii(source), type(e).__name__, e.msg, place, ascii(e.text), sep="\n    ")
    except (ValueError, MemoryError) as e:
        print(ascii(source), type(e).__name__, e, sep="\n    ")


for text in [
    "x = '\\x'\n",
    "x = '\\x' 'a'\n",
    "x = ('a',\n '\\xq')\n",
    "x = '\xe9\\x'",
    "a b\n'''x",
    "a \\ b\n",
    "a \\\n",
    "a \\",
    "$",
    "a ? b",
    "0777",
    "1_a",
    "0x",
    "0b12",
    "1e",
    "12_",
    "0o8",
    "00x",
    "1__0",
    "x = '''abc\ndd\n",
    "a \u20ac b",
    "\u200b",
    "a\x01",
    "x\xe9\u20acz = 1",
    "f(m w $",
    "(" * 201,
    "0_",
    "0x_",
    "1e+",
    "1.5.5",
    "1jx",
    "0b2",
    "0o9",
    "'abc",
    '"abc\n',
    "'''abc",
    "b'\xe9'",
    "'\\x'",
    "'\\u12'",
    "'\\U00110000'",
    "'\\N'",
    "b'\\x'",
    "'a' b'b'",
    "'\xe9\\x'",
    ")",
    "(]",
    "{\n)",
    "(\n\n",
    "x = (1,\ny = 2\n",
    "a \\ b",
    "\xe9\u20ac = 1",
    "x\xb2 = 1",
    "9" * 5000,
]:
    show(text)
