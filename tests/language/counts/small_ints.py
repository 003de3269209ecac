# differs: a small int's count is the number of names that hold it
import sys

first = 56
print(sys.getrefcount(first))
second = 56
print(sys.getrefcount(first))
box = [first, first]
print(sys.getrefcount(first))
del box, second
print(sys.getrefcount(first))


def local():
    mine = 201
    other = mine
    return sys.getrefcount(mine)


print(local())
print(sys.getrefcount(201))
