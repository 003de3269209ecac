print("\N{LATIN CAPITAL LETTER C}\N{GREEK SMALL LETTER ALPHA}")
for text in ("'\\N{no such}'", "f'\\N{x}'", "x = '\\N{foo}'"):
    try:
        compile(text, "<text>", "exec")
    except SyntaxError as error:
        print(error)
