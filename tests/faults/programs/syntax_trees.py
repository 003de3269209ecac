import _ast, unicodedata, _symtable
try:
    t = compile("@d\ndef f(a, *b, c=1) -> None:\n  x = [y for y in a if 'é']\n  match a:\n    case {1: z, **k} | C(z=z, k=k): pass\n", "x", "exec", 0x1400)
    exec(compile(t, "x", "exec"), {"d": lambda f: f})
    print(unicodedata.normalize("NFC", "e\u0301\uac00") , unicodedata.name("x"), unicodedata.lookup("DIGIT ONE"), "é".encode("ascii", "namereplace"))
    print(sorted(_symtable.symtable("def f(a): return lambda: a", "x", "exec").symbols))
except MemoryError:
    print("MemoryError")
