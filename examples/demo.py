"""The demo: counts rise and fall, a cycle is found, a weak reference dies.  `make demo` runs it under the audit."""
import gc
import sys
from _weakref import ref

gc.disable()                    # nothing is collected behind our back: each step below shows itself


class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


def count(thing):
    """References that the program holds: without this parameter and getrefcount's own argument."""
    return sys.getrefcount(thing) - 2


def show(what, value):
    print(f"    {what:<46} {value}")


print("A count rises with every holder, and falls with it")
thing = Thing("thing")
show("thing = Thing()", count(thing))
other = thing
show("other = thing", count(thing))
box = [thing, thing, {"key": thing}]
show("box = [thing, thing, {'key': thing}]", count(thing))
box.pop()
show("box.pop()", count(thing))
other = None
show("other = None", count(thing))
del box
show("del box", count(thing))

print("At zero it is gone, there and then")
weak = ref(thing, lambda dead: show("the weak reference's callback", "called"))
show("a weak reference doesn't count", count(thing))
show("it still finds", weak())
del thing
show("del thing; it finds", weak())

print("A cycle keeps itself alive, until the collector comes")
first, second = Thing("first"), Thing("second")
first.other, second.other = second, first
weak = ref(first)
show("first and second hold each other", (count(first), count(second)))
del first, second
show("both names deleted; still alive", weak())
show("gc.collect() found unreachable objects", gc.collect())
show("and now the weak reference finds", weak())

print("Depth is no danger")
chain = None
for _ in range(1_000_000):
    chain = (chain,)
show("a chain of a million tuples, each in the next", "built")
chain = None
show("the last holder let go", "all freed")
