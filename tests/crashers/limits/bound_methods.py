# options: -X memory-limit=64m
# differs: python3.11 has no limit
# Each bound method of a chain hands on one argument more than it got, in an array of its own.
method = type("M", (), {"m": lambda *args: None})().m
for _ in range(100000):
    method = type(method)(method, 1)
try:
    method()
except (RecursionError, MemoryError):
    print("refused")
del method
print("all room is there again", len(bytes(40 << 20)))
