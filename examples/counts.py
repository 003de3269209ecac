"""What holds an object, and what only looks as if it did."""
import sys


def holders(thing):
    """How many references the program holds, beside the two of looking: our parameter and getrefcount's argument."""
    return sys.getrefcount(thing) - 2


class Box:
    pass


items = [1, 2, 3]
print("one name                     ", holders(items))
same = items
print("two names                    ", holders(items))
pair = (items, items)
print("and twice in a tuple         ", holders(items))
box = Box()
box.content = items
print("and an attribute             ", holders(items))
by_name = {"items": items}
print("and a value in a dict        ", holders(items))


def read_later():
    return kept


kept = items
print("and a name that a def reads  ", holders(items))
equal = [1, 2, 3]
print("an equal list is another one ", equal == items, equal is items)
copy = items[:]
print("a copy doesn't hold it       ", holders(items))
for number in items:
    pass
print("a finished loop neither      ", holders(items))
del same, pair, box, by_name, kept
print("back to one name             ", holders(items))
