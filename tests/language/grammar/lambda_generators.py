# A lambda that yields returns the value of its body; await at the level of a module makes its code a coroutine.
import ast


def inner():
    return (yield 1)


for make in (lambda: (yield 1), lambda: (yield from inner()), lambda: [(yield 1), 5]):
    generator = make()
    print(next(generator))
    try:
        generator.send(2)
    except StopIteration as end:
        print(end.value)


class Context:
    async def __aenter__(self):
        return 1

    async def __aexit__(self, *error):
        return False


async def numbers():
    yield 1
    yield 2


for text in (
    "async for i in numbers():\n  print(i)",
    "async with Context() as i: print(i)",
    "print([i async for i in numbers()])",
    "if 0:\n  async with Context(): pass",
):
    code = compile(text, "text", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    coroutine = eval(code)
    try:
        coroutine.send(None)
    except StopIteration as end:
        print(end.value, code.co_flags & 0x80)
    for flags in (0, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
        try:
            compile("def f():\n  " + text.replace("\n", "\n  "), "text", "exec", flags)
        except SyntaxError as error:
            print(error)

for text in ("f'{!r}'", "f'{ :>5}'", "f'{=}'", "f'{!'", "f'{}'", "f'{1:{!r}}'", "f'''{\n!s}'''"):
    try:
        compile(text, "text", "eval")
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset)
