# differs: CPython writes behind the end
# Arrays that a value's conversion, or its comparison, empties.
from array import array


class Empties:
    def __init__(self, victim):
        self.victim = victim

    def __index__(self):
        del self.victim[:]
        return 1

    def __eq__(self, other):
        del self.victim[:]
        return True


def attempt(name, *args):
    numbers = array("i", range(100))
    args = [Empties(numbers) if arg is Empties else arg for arg in args]
    try:
        print(name, getattr(numbers, name)(*args), numbers)
    except (IndexError, ValueError) as error:
        print(name, type(error).__name__, error, numbers)


attempt("__setitem__", 50, Empties)
attempt("__setitem__", Empties, 5)
attempt("__getitem__", Empties)
attempt("__delitem__", Empties)
attempt("insert", 50, Empties)
attempt("insert", Empties, 5)
attempt("append", Empties)
attempt("pop", Empties)
attempt("remove", Empties)
attempt("index", Empties)
attempt("count", Empties)
attempt("__contains__", Empties)
attempt("__mul__", Empties)
attempt("__imul__", Empties)


numbers = array("i", range(100))
numbers.extend([1, Empties(numbers), 2])
numbers.fromlist([Empties(numbers), 3])
print(numbers)


numbers = array("i", [7])


class Exports:
    def __index__(self):
        self.view = memoryview(numbers)
        return 1


exports = Exports()
try:
    numbers.fromlist([1, exports, 2])
except BufferError as error:
    print(error)
exports.view.release()
numbers = array("i", [7, 1])
numbers[:] = numbers + numbers
numbers[1:1] = numbers
print(numbers, list(reversed(numbers)))
