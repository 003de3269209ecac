"""Exceptions: raised, caught, passed by, and not raised at all.  Seconds."""
import sys
import time


class Mine(Exception):
    pass


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return True


def raises():
    raise Mine


def depth(n):
    if n == 0:
        raise Mine("deep")
    depth(n - 1)


def run_no_raise(n):
    total = 0
    for i in range(n):
        try:
            total += i
        except ValueError:
            total = 0


def run_raise_here(n):
    for _ in range(n):
        try:
            raise ValueError
        except ValueError:
            pass


def run_raise_with_message(n):
    for i in range(n):
        try:
            raise ValueError("message", i)
        except ValueError as error:
            error.args


def run_raise_in_callee(n):
    for _ in range(n):
        try:
            raises()
        except Mine:
            pass


def run_raise_deep(n):
    for _ in range(n):
        try:
            depth(20)
        except Mine:
            pass


def run_finally(n):
    total = 0
    for i in range(n):
        try:
            total += 1
        finally:
            total -= 1


def run_key_error(n):
    table = {}
    for i in range(n):
        try:
            table[i]
        except KeyError:
            pass


def run_index_and_attribute(n):
    items = []
    for i in range(n):
        try:
            items[3]
        except (IndexError, TypeError):
            pass
        try:
            items.nothing
        except AttributeError:
            pass


def run_reraise(n):
    for _ in range(n):
        try:
            try:
                raise Mine
            except Mine:
                raise
        except Mine:
            pass


def run_chain(n):
    for _ in range(n):
        try:
            try:
                raise KeyError(1)
            except KeyError as error:
                raise Mine from error
        except Mine:
            pass


def run_with(n):
    manager = Manager()
    for _ in range(n):
        with manager:
            pass


def run_with_raise(n):
    manager = Manager()
    for _ in range(n):
        with manager:
            raise Mine


def run_many_clauses(n):
    for _ in range(n):
        try:
            raise Mine
        except KeyError:
            pass
        except (ValueError, TypeError):
            pass
        except Mine:
            pass


def run_stop_iteration(n):
    for _ in range(n):
        it = iter(())
        try:
            next(it)
        except StopIteration:
            pass


ROWS = {
    "try without a raise": (run_no_raise, 1_000_000),
    "raise and catch": (run_raise_here, 250_000),
    "with a message": (run_raise_with_message, 150_000),
    "raised in a callee": (run_raise_in_callee, 150_000),
    "through twenty frames": (run_raise_deep, 10_000),
    "finally": (run_finally, 700_000),
    "KeyError": (run_key_error, 250_000),
    "IndexError, AttributeError": (run_index_and_attribute, 80_000),
    "raise again": (run_reraise, 120_000),
    "raise from": (run_chain, 80_000),
    "with": (run_with, 300_000),
    "with, and a raise": (run_with_raise, 100_000),
    "the third clause": (run_many_clauses, 150_000),
    "StopIteration": (run_stop_iteration, 150_000),
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
