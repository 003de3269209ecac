# Odd texts, most of them wrong: the message and the place, or the tree if there is nothing to complain about.
import ast
import os
import warnings

warnings.simplefilter("always")
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "odd_texts.txt")
with open(path, encoding="utf-8") as file:
    texts = file.read().split("\n---\n")
for number, text in enumerate(texts):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tree = ast.parse(text)
            compile(text, "<text>", "exec")
            compile(tree, "<text>", "exec")
            print(number, ast.dump(tree, include_attributes=True))
        except SyntaxError as e:
            print(number, type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, ascii(e.text))
    for warning in caught:
        print("   ", warning.category.__name__, warning.message, warning.lineno)
