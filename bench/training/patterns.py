"""Train: regular expressions over logs, code and prose."""
import re

PROSE = "In 1815, Ada Lovelace (ada@lovelace.example) wrote 21 notes; \"the engine\" weaves patterns, as the loom does. " * 30
LOG = "".join(f"2024-01-{i % 28 + 1:02} {i % 24:02}:00:{i % 60:02} [{'WARN' if i % 7 else 'ERROR'}] module{i % 9}.part: "
              f"took {i * 3} ms\n" for i in range(400))
ENTRY = re.compile(r"(?P<date>\S+) (?P<time>[\d:]+) \[(?P<level>[A-Z]+)\] (?P<where>[\w.]+): (?P<what>.*)")
LEXER = re.compile(r"(\d+)|([A-Za-z_]\w*)|(\"[^\"]*\")|([-+*/=();,.@])|(\s+)")

total = 0
for _ in range(12):
    total += sum(int(match["what"].split()[1]) for match in ENTRY.finditer(LOG) if match["level"] == "ERROR")
    total += len(LEXER.findall(PROSE)) + len(re.findall(r"\b\w+ing\b|\b[A-Z]\w+", PROSE))
    total += len(re.sub(r"(\w+), (\w+)", r"\2; \1", PROSE)) + len(re.split(r"[.;]\s*", PROSE))
    total += len(re.sub(r"\d+", lambda m: str(int(m[0]) + 1), PROSE)) + len(re.findall(rb"(?i)ada|engine", PROSE.encode()))
    total += len(re.findall(r"(?:\w+\s+){2,3}\w+[,;]", PROSE)) + len(re.findall(r"(\w)\1", PROSE + "\u0101"))
    for line in LOG.splitlines():
        total += re.fullmatch(r".*?took (\d+) ms", line).end(1)
print(total)
