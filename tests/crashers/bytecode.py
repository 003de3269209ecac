# differs: the instructions are our own
# Code objects whose parts don't fit together are refused before they run.


def outer(x):
    def inner(y, *, z=1):
        return [x + y + z for _ in range(y) if x]
    return inner


def tried(make):
    try:
        return make()
    except Exception as error:
        return type(error).__name__


inner = outer(1).__code__
listcomp = next(const for const in inner.co_consts if hasattr(const, "co_code"))


def with_listcomp(**changes):
    """Run inner() with its comprehension's code changed."""
    consts = tuple(const.replace(**changes) if const is listcomp else const for const in inner.co_consts)
    f = outer(1)
    f.__code__ = inner.replace(co_consts=consts)
    return f(2)


print(tried(with_listcomp))
# The sum of the parameters went past the largest int.
print(tried(lambda: inner.replace(co_kwonlyargcount=2**31 - 1, co_flags=inner.co_flags | 12)))
print(tried(lambda: inner.replace(co_argcount=2**31 - 1)))
# A comprehension without CO_OPTIMIZED took its closure from the function, which may have none.
print(tried(lambda: with_listcomp(co_flags=listcomp.co_flags & ~1)))
print(tried(lambda: with_listcomp(co_argcount=0)), tried(lambda: with_listcomp(co_flags=listcomp.co_flags | 4)))
print(tried(lambda: with_listcomp(co_freevars=())), tried(lambda: with_listcomp(co_stacksize=0)))


# A MOVE that reads what LOAD_METHOD left: the two don't become one list.append then.
def append(items, item):
    items.append(item)


def word(*fields):
    return b"".join(field.to_bytes(2, "little") for field in fields)


TEMPORARY, WINDOW, FUNCTION, ITEM = 0x4000, 8, 3, 1
code = append.__code__.co_code
append.__code__ = append.__code__.replace(co_code=code.replace(word(TEMPORARY + FUNCTION + WINDOW + 1, ITEM),
                                                               word(TEMPORARY + FUNCTION + WINDOW + 1, FUNCTION)))
items = []
for _ in range(100):
    append(items, None)
print(items.count(list.append))
