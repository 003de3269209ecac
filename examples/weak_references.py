"""A cache that keeps nothing alive: weak references and their callbacks."""
from _weakref import getweakrefcount, ref


class Image:
    def __init__(self, name):
        self.name = name


class Cache:
    """Images by name, for as long as somebody else uses them."""

    def __init__(self):
        self.table = {}

    def get(self, name):
        entry = self.table.get(name)
        image = entry() if entry is not None else None
        if image is None:
            print("    loading", name)
            image = Image(name)
            self.table[name] = ref(image, lambda dead: (print("    forgetting", name), self.table.pop(name)))
        return image


cache = Cache()
print("first use")
one = cache.get("tree")
print("second use")
two = cache.get("tree")
print("    the same:", one is two, "- weak references to it:", getweakrefcount(one))
print("dropped by both")
del one
print("    cached:", list(cache.table))
del two
print("    cached:", list(cache.table))
print("third use")
cache.get("tree").name
print("    cached:", list(cache.table))
