# How much room a bytearray keeps as it grows and shrinks.
import sys

empty = sys.getsizeof(bytearray())
print([sys.getsizeof(bytearray(n)) - empty for n in (0, 1, 7, 8, 9, 100, 1_000_000)])
array, rooms = bytearray(), []
for n in 1, 2, 3, 9, 10, 11, 20, 22, 24, 30, 1000, 1100, 1126, 1127, 2000, 900, 400:
    if n < len(array):
        del array[n:]
    else:
        array.extend(bytes(n - len(array)))
    rooms.append(sys.getsizeof(array) - empty)
print(rooms)
