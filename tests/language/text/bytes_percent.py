"""bytes % and bytearray %: conversions, their errors, and how bytes and bytearrays are shown."""


def attempt(make):
    try:
        return make()
    except Exception as error:
        return type(error).__name__, str(error)


for conversion in "d i u o x X e g c s b a r".split():
    for flags in ("", "-8", "+#", "08.3", " ", "z"):
        form = f"[%{flags}{conversion}]".encode()
        for value in (0, -300, 2.5, -0.0, "text", b"x", [], None):
            print(form, value, attempt(lambda: form % (value,)), attempt(lambda: bytearray(form) % (value,)))

for form, value in ((b"%", 1), (b"%(k)d", 1), (b"%(k", {b"k": 1}), (b"%(k)s|", {b"k": b"v"}), (b"%d %d", 1), (b"a", 1),
                    (b"%*d|", (-5, 3)), (b"%.*d|", (4, 3)), (b"%*d", ("w", 3)), (b"%y", 1), (b"%99999999999999999999d", 1)):
    print(form, value, attempt(lambda: form % value), attempt(lambda: form.decode() % value))

for content in (b"'", b'"', b"'\"", b"\\", b"\n\x00\xff"):
    print(repr(content), repr(bytearray(content)))
