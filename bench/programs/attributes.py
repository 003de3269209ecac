"""Attributes and names: reading, writing, looking up.  Seconds."""
import sys
import time

GLOBAL = 3


class Plain:
    shared = 5

    def __init__(self):
        self.a = 1
        self.b = 2
        self.c = 3

    def method(self):
        return 1


class Slotted:
    __slots__ = ("a", "b")

    def __init__(self):
        self.a = 1
        self.b = 2


class Property:
    def __init__(self):
        self._a = 1

    @property
    def a(self):
        return self._a


class Fallback:
    def __getattr__(self, name):
        return 4


class Deep0:
    found = 1


class Deep1(Deep0):
    pass


class Deep2(Deep1):
    pass


class Deep3(Deep2):
    pass


class Other:
    def __init__(self):
        self.z = 0
        self.a = 1


class Number:
    def __init__(self, v):
        self.v = v

    def __add__(self, other):
        return self.v + other.v

    def __eq__(self, other):
        return self.v == other.v

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return i


def run_read(n):
    o = Plain()
    for _ in range(n):
        o.a
        o.b
        o.c


def run_write(n):
    o = Plain()
    for i in range(n):
        o.a = i
        o.b = i


def run_increment(n):
    o = Plain()
    for _ in range(n):
        o.a += 1


def run_slots(n):
    o = Slotted()
    for i in range(n):
        o.a = i
        o.b
        o.a


def run_class_attribute(n):
    o = Plain()
    for _ in range(n):
        o.shared
        Plain.shared


def run_inherited(n):
    o = Deep3()
    for _ in range(n):
        o.found
        o.found


def run_property(n):
    o = Property()
    for _ in range(n):
        o.a


def run_getattr_method(n):
    o = Fallback()
    for _ in range(n):
        o.missing


def run_polymorphic(n):
    objects = [Plain(), Other(), Slotted(), Plain()]
    for _ in range(n):
        for o in objects:
            o.a


def run_global(n):
    total = 0
    for _ in range(n):
        total += GLOBAL
        len


def run_module_attribute(n):
    for _ in range(n):
        sys.maxsize
        time.perf_counter


def run_special_methods(n):
    a, b = Number(1), Number(2)
    for _ in range(n):
        a + b
        a == b
        len(a)
        a[0]


def run_getattr_builtin(n):
    o = Plain()
    for _ in range(n):
        getattr(o, "a")
        getattr(o, "missing", None)
        hasattr(o, "b")


def run_linked_list(n):
    head = None
    for _ in range(100):
        node = Plain()
        node.a = head
        head = node
    for _ in range(n):
        node = head
        while node is not None:
            node = node.a


ROWS = {
    "read": (run_read, 500_000),
    "write": (run_write, 500_000),
    "increment": (run_increment, 600_000),
    "slots": (run_slots, 500_000),
    "of the class": (run_class_attribute, 600_000),
    "inherited": (run_inherited, 600_000),
    "property": (run_property, 350_000),
    "__getattr__": (run_getattr_method, 150_000),
    "of several classes": (run_polymorphic, 150_000),
    "global and built-in names": (run_global, 800_000),
    "of a module": (run_module_attribute, 600_000),
    "special methods": (run_special_methods, 100_000),
    "getattr and hasattr": (run_getattr_builtin, 200_000),
    "linked list": (run_linked_list, 8_000),
}


def measure(run, n):
    best = 1e9
    for _ in range(3):
        start = time.perf_counter()
        run(n)
        best = min(best, time.perf_counter() - start)
    return best


def main():
    if len(sys.argv) == 1:
        print("\n".join(ROWS))
        return
    run, n = ROWS[sys.argv[1]]
    scale = float(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(measure(run, max(1, int(n * scale))))


main()
