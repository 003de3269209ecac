# A loop over a range whose first numbers are small and negative: the specialized loop freed the permanent int.
def last_items(n):
    items = [1, 2, 3]
    return [items[i] for i in range(-n, 0)], [i for i in range(-7, 2)], [i for i in range(2**60 - 2, 2**60 + 2)]

for _ in range(50):
    got = last_items(3)
print(got)
