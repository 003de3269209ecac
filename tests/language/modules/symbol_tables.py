# symtable: the compiler's scopes as a program sees them.
import _symtable
import symtable

TEXT = """
import os, sys as system
glob: int = 1
class C(os.Base):
    __private = 1
    def method(self, a, /, b=1, *args, c, **kw):
        global glob, other
        def inner():
            nonlocal b
            b = self, __class__
            return [x + y for x in a for y in (z := x,)]
        return lambda: inner(super())
async def gen(q):
    async for i in q: yield {k: v for k, v in i}
    try: pass
    except E as e: del e
"""


def show(t, depth=0):
    print(" " * depth, t.get_type(), t.get_name(), t.get_lineno(), t.is_nested(), t.is_optimized(), t.has_children())
    print(" " * depth, sorted(t._table.symbols.items()), t._table.varnames)
    for s in sorted(t.get_symbols(), key=lambda s: s.get_name()):
        print(" " * depth, s.get_name(), [n for n in dir(s) if n.startswith("is_") and n != "is_namespace" and getattr(s, n)()],
              len(s.get_namespaces()))
    if t.get_type() == "function":
        print(sorted(t.get_parameters()), sorted(t.get_locals()), sorted(t.get_globals()), sorted(t.get_nonlocals()), sorted(t.get_frees()))
    if t.get_type() == "class":
        print(t.get_methods())
    for child in t.get_children():
        show(child, depth + 1)


show(symtable.symtable(TEXT, "f", "exec"))
show(symtable.symtable("from __future__ import annotations\ndef f(a: b) -> c: d: e", "f", "exec"))
entry = _symtable.symtable(b"x", b"f", "single")
print(type(entry), str(entry).split("(")[0], str(entry).split(",")[1], type(entry.id))
print({k: v for k, v in vars(_symtable).items() if isinstance(v, int)})
for args in [("x", 1, "exec"), ("x", "f", "foo"), ("x", "f", 1), (1, "f", "exec"), ("a\0b", "f", "exec"), ("(", "f", "exec"),
             ("return", "f", "eval"), ("nonlocal x", "f", "exec"), ("x",)]:
    try:
        print(_symtable.symtable(*args))
    except Exception as e:
        print(type(e).__name__, e)
for f in lambda: type(entry)(), lambda: setattr(entry, "name", 1):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
