# Expressions in f-strings.
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
    "f'{a b}'",
    "x = f'{a b}' 'c'",
    "\n\nf'''\n\n{a\n b}'''",
    "f'{'",
    "f'}'",
    "f'{}'",
    "f'{a!x}'",
    "f'{a!}'",
    "f'{a\\n}'",
    "f'{#}'",
    "f'{a:{b:{c}}}'",
    "f'{(a}'",
    "f'{a)}'",
    "f'{lambda x:1}'",
    "f'{a=b}'",
    "f'{*a}'",
    "f'{**a}'",
    "f'{yield}'",
    "f'{a:{b c}}'",
    "f'{x}' = 1",
    "f'{1:{2}}' 'a' f'{b c}'",
    "f'{a!s!r}'",
    "f'{a!r'",
    "f'{a[}'",
    'f"{\'a}"',
    "f'{a:}}'",
    "f'{a:{}}'",
    "f'''{\na b}'''",
    'f\'{f"{a b}"}\'',
    'f\'{f"{a!x}"}\'',
    "f'{a $ b}'",
    "f'{0777}'",
    "f'{a=!x}'",
    "f'\\N{'",
    "f'\\x'",
]:
    show(text)
