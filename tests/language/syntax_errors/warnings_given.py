# What is given once as a warning, and what a filter makes an error of it.
import warnings

for text in [
    r"'\d'", r"b'\d'", r"f'\d{1}'", r"'\777'", r"b'\777'", r"f'\{1}'", r"r'\d'", "('a'\n'\\d' '\\q')",
    "'''\n\n\\d'''",
    r"f'{1}\d'", r"f'{1:\d}'", r"f'{1:{2}\d}'", "1if 2 else 3", "0xfor 4", "1or 2", "[1for x in ()]",
    r"b'\N{x}\u1'", "'\\\n'",
    "with_ = '\\d'", "with ('\\d'): pass", "with ('\\d') as x: pass", "match = {1: ['\\d']}; match ['\\d']",
    "'\\d' a",
]:
    for action in "always", "error":
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter(action)
            try:
                compile(text, "<text>", "exec", 0x400)
                result = "is fine"
            except SyntaxError as e:
                result = e.args
        print(ascii(text), action, result, [(w.category.__name__, str(w.message), w.lineno) for w in caught])
