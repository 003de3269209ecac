# differs: python3.11 ends by a signal in each of these
# What CPython 3.11 does not survive.
def outcome(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class Clearing:
    """Empties the list it is about to be assigned to."""

    def __iter__(self):
        L.clear()
        return iter([7, 8])


L = [1, 2, 3]
print(outcome(lambda: L.__setitem__(slice(None, None, 2), Clearing())), L)
