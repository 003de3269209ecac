# Context variables.
import contextvars as c


def t(f):
    try:
        print(f())
    except BaseException as e:
        print(type(e).__name__, str(e).split(" at 0x")[0])


V = c.ContextVar
v = V("v")
w = V("w", default=5)
t(lambda: repr(v).split(" at 0x")[0])
t(lambda: repr(w).split(" at 0x")[0])
for f in (lambda: v.get(), lambda: v.get(1), lambda: w.get(), lambda: w.get(2), lambda: V(), lambda: V(1),
          lambda: V("a", 1), lambda: V("a", x=1), lambda: v.get(1, 2)):
    t(f)
tok = v.set(3)
t(lambda: tok.var is v)
t(lambda: tok.old_value)
t(lambda: c.Token.MISSING)
for f in (lambda: w.reset(tok), lambda: v.reset(1), lambda: c.copy_context().run(v.reset, tok), lambda: v.reset(tok),
          lambda: v.reset(tok), lambda: c.Token()):
    t(f)
x = c.copy_context()
t(lambda: x.run())
t(lambda: x.run(lambda: x.run(print)))
t(lambda: len(x))
v.set(1)
x = c.copy_context()
for f in (lambda: list(x) == [v], lambda: dict(x) == {v: 1}, lambda: x[v], lambda: x[w], lambda: x[1], lambda: 1 in x,
          lambda: v in x, lambda: x.get(w), lambda: x.get(w, 3), lambda: x.get(1), lambda: list(x.values()),
          lambda: list(x.items()) == [(v, 1)], lambda: x == c.copy_context(), lambda: x == 1, lambda: hash(x),
          lambda: x.copy() == x, lambda: c.Context().run(lambda: v.get(None)), lambda: c.Context(1),
          lambda: c.ContextVar[int], lambda: c.Token[int]):
    t(f)


def inner():
    v.set(2)
    w.set(6)
    return v.get(), w.get(), len(x)


t(lambda: x.run(inner))
t(lambda: (v.get(), w.get(), x[v], x[w]))
it = iter(x)
next(it)
x.run(v.set, 9)
t(lambda: next(it) in (v, w))
