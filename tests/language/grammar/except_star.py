# except*: groups are split over the clauses, and what is left goes on.
def run(*exceptions, raw=None):
    log = []
    try:
        try:
            if raw is not None:
                raise raw
            raise ExceptionGroup("g", list(exceptions))
        except* ValueError as e:
            log.append(("value", type(e).__name__, [str(x) for x in e.exceptions]))
        except* (TypeError, KeyError) as e:
            log.append(("type", [str(x) for x in e.exceptions]))
            if len(e.exceptions) > 1:
                raise OSError("from handler")
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as e:
        log.append(repr(e))
        if isinstance(e, BaseExceptionGroup):
            log.append([repr(x) for x in e.exceptions])
    return log


print(run(ValueError(1)))
print(run(ValueError(1), TypeError(2)))
print(run(TypeError(1), KeyError(2)))
print(run(ZeroDivisionError(1), ValueError(2)))
print(run(ZeroDivisionError(1)))
print(run(raw=ValueError(5)))
print(run(raw=ZeroDivisionError(5)))


def nothing_raised():
    try:
        x = 1
    except* ValueError:
        x = 2
    else:
        x = 3
    return x


print(nothing_raised())


def nested():
    try:
        try:
            raise ExceptionGroup("a", [ValueError(1), ExceptionGroup("b", [TypeError(2), ValueError(3)])])
        except* TypeError as e:
            print(repr(e))
            raise
    except* ValueError as e:
        print("values", repr(e))
    except* TypeError as e:
        print("types", repr(e))


nested()

try:
    try:
        raise ExceptionGroup("x", [ValueError(1)])
    except* ValueError as e:
        raise KeyError("new")
except Exception as e:
    print(repr(e), repr(e.__context__))

for i in range(2):
    try:
        if i:
            raise ExceptionGroup("loop", [ValueError(i)])
    except* ValueError as e:
        print("in loop", e.exceptions)
print("e" in globals())
