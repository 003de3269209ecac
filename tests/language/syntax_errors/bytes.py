# Sources as bytes: marks, cookies, and bytes that are not what they are said to be.


def show(source):
    try:
        names = {}
        exec(compile(source, "<text>", "exec"), names)
        print(source, ascii(names.get("x")))
    except SyntaxError as e:
        place = (e.lineno, e.offset, e.end_lineno, e.end_offset)
        print(source, type(e).__name__, e.msg, place, ascii(e.text), sep="\n    ")
    except UnicodeDecodeError as e:
        print(source, type(e).__name__, e, sep="\n    ")


for text in [
    b"x = '\xc3\xa9'", b"x = '\xe9'", b"# coding: latin-1\nx = '\xe9'",
    b"# -*- coding: cp1251 -*-\nx = '\xe9'",
    b"# vim: set fileencoding=Latin_1-unix :\nx = '\xe9'",
    b"#!/usr/bin/python\n# coding: iso-8859-15\nx = '\xa4'",
    b"y = 1\n# coding: latin-1\nx = '\xe9'", b"\n\n# coding: latin-1\nx = '\xe9'",
    b"\xef\xbb\xbfx = '\xc3\xa9'",
    b"\xef\xbb\xbf# coding: utf-8\nx = 1", b"\xef\xbb\xbf# coding: latin-1\nx = 1",
    b"# coding: no-such\nx = 1",
    b"# coding: ascii\nx = '\xe9'", b"# \xff\nx = 1",
    b"# coding: utf-8\n# \xff\nx = 1",
    b"# coding: utf-8\nx = '\xff'", b"x = '\xff' 'a'\n", b"x = ('\xff'\n)", b"x = '\\n\xff'",
    b"x = '\xc3\xa9\\x'", b"x\xff = 1",
    b"a b\nx\xff = 1", b"x = f'{\xff}'", b"x = f'\xff'", b"x = b'\xff'", b"\xc3\xa9 = = 1",
    b"# coding: utf-8\n\xc3\xa9 = = 1",
    b"x = 1\r\nx = x + 1\r\n", b"x = 1\rx = x + 1\r", b"x = '''a\r\nb\rc'''",
    b"\xef\xbb\xbf\xef\xbb\xbfx = 1",
]:
    show(text)
