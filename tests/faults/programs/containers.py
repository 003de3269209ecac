# Growing, copying and shrinking every container.
items = []
for i in range(300):
    items.append((i, str(i)))
table = {i: [i] for i in range(100)}
table.update((str(i), i) for i in range(50))
for i in range(0, 100, 2):
    del table[i]
unique = {str(i) for i in range(100)} | {1, 2, 3}
unique -= {"5", "6"}
items[10:20] = items[:50]
items.sort(key=lambda item: item[1])
items.insert(3, None)
copy = dict(table)
pairs = list(zip(items, reversed(items)))
data = bytearray(b"x" * 100)
for i in range(200):
    data.append(i)
print(len(items), len(table), len(unique), len(copy), len(pairs), len(data), bytes(data[-3:]))
