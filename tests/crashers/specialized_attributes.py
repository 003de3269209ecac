# Attributes that come and go under code that has specialized for them: an empty slot made the loop turn forever.
class Slots:
    __slots__ = ("a",)


class Other:
    __slots__ = ("b", "a")


class Plain:
    pass


class Shadow:
    a = "class"


def load(op):
    return op.a


def store(op, value):
    op.a = value


def delete(op):
    del op.a


def call(op):
    return op.a()


def attempts(function, objects, n):
    """How often it raises, in ever longer runs of one object."""
    failed = 0
    for i in range(n):
        for op in objects:
            for _ in range(i % 70):
                try:
                    function(op)
                except (AttributeError, TypeError):
                    failed += 1
    return failed


for classes in ([Slots], [Plain], [Slots, Other], [Slots, Plain, Other, Shadow], [Shadow, Plain]):
    full, empty = [cls() for cls in classes], [cls() for cls in classes]
    for op in full:
        store(op, len)
    print([cls.__name__ for cls in classes], attempts(load, full + empty, 150), attempts(call, empty + full, 150))
    for op in full:
        delete(op)
    print(attempts(load, full, 100), attempts(delete, full + empty, 100))
    for op in full + empty:
        store(op, 1)
    print(attempts(load, full + empty, 100), [load(op) for op in full])
