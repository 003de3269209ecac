# Line events of loops: one for each turn, wherever the loop stands.
import sys

TEXTS = [
    "def f(a):\n    b = a + 1\n    return b\nx = 0\nfor i in range(3):\n    x += f(i)\n",
    "def g():\n    for i in range(3):\n        pass\n    for i in range(3): pass\n    for j in [1, 2]: j += 1\ng()\n",
    "for i in (1, 2): pass\nfor i in (1, 2): i += 1\nfor i in (1, 2):\n    i += 1\nelse:\n    i = 0\n",
    "n = 2\nwhile n:\n    n -= 1\n",
    "def h():\n    for i in range(2):\n        for j in range(2):\n            if j:\n                continue\n            i += j\nh()\n",
    "x = [i for i in range(3)]\n",
    "def k():\n    n = 3\n    while n > 0:\n        n -= 1\n        if n == 1:\n            break\nk()\n",
]


def trace(frame, what, arg):
    if frame.f_code.co_filename == "text":
        events.append((what, frame.f_lineno))
    return trace


for text in TEXTS:
    events = []
    code = compile(text, "text", "exec")
    sys.settrace(trace)
    exec(code, {})
    sys.settrace(None)
    print(*events)
