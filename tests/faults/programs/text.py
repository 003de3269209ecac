# Strings: built, joined, searched, formatted, encoded.
words = ["alpha", "b\u00eata", "\u0393amma", "\U0001d6ff"]
text = ", ".join(words * 5)
parts = text.upper().split(", ")
shown = f"{len(text):>8}|{text[3:9]!r:<12}|{3.14159:.3f}|{10 ** 30:,}"
raw = text.encode("utf-8")
print(shown, "%s-%05d" % (parts[1], 42), raw.decode() == text, text.replace("a", "--").count("-"))
print(str(2 ** 200), int("9" * 60) + 1, float("1e10"), repr(words), "{:^10}".format("mid"), text.find("amma"))
print("".join(sorted(set(text))), text.title()[:20], "a\tb".expandtabs(), "x" * 50)
