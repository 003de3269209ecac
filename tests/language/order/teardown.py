# The end of a program: atexit last in first out, then __main__'s names in order of definition.
import atexit


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


atexit.register(print, "atexit registered first")
atexit.register(lambda: print("atexit registered last; names are there:", zeta.name, _private.name))
zeta = N("zeta")
_private = N("_private")
alpha = N("alpha")
items = [N("item 0"), N("item 1")]
ring = N("in a cycle")
ring.me = ring


def uses_global():
    return alpha


cycle_of_names = {"f": uses_global}
alpha = N("alpha again")
print("end of program")
