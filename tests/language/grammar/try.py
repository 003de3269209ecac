# try, except, else, finally: every way in and out.
import sys


def handled():
    e = sys.exc_info()[1]
    return type(e).__name__ if e is not None else None


def basic(kind):
    out = []
    try:
        out.append("body")
        if kind == 1:
            raise ValueError("v")
        if kind == 2:
            raise KeyError("k")
        if kind == 3:
            raise TypeError("t")
    except ValueError as e:
        out.append(repr(e))
        out.append(handled())
    except (KeyError, IndexError):
        out.append("lookup")
    except TypeError:
        out.append("type")
    else:
        out.append("else")
    finally:
        out.append("finally")
    out.append(handled())
    return out


for kind in range(4):
    print(basic(kind))


def name_is_gone():
    try:
        1 / 0
    except ZeroDivisionError as e:
        pass
    try:
        return e
    except UnboundLocalError as u:
        return str(u)


print(name_is_gone())

try:
    raise ValueError
except ValueError as module_e:
    pass
print("module_e" in globals())


def returns():
    def f1():
        try:
            return "try"
        finally:
            print("f1 finally")

    def f2():
        try:
            return "try"
        finally:
            return "finally"

    def f3():
        try:
            raise ValueError
        finally:
            return "swallowed"

    def f4():
        for i in range(3):
            try:
                continue
            finally:
                print("f4", i)
        return i

    def f5():
        for i in range(3):
            try:
                break
            finally:
                print("f5", i)
        return i

    def f6():
        for i in range(3):
            try:
                return i
            finally:
                if i < 2:
                    continue
        return "end"

    def f7():
        while True:
            try:
                return "lost"
            finally:
                break
        return "after"

    def f8():
        try:
            try:
                return "a"
            finally:
                print("inner", handled())
        finally:
            print("outer", handled())

    def f9():
        for x in [1, 2]:
            for y in [3, 4]:
                try:
                    try:
                        return x, y
                    finally:
                        x = 10
                finally:
                    y = 20

    for f in f1, f2, f3, f4, f5, f6, f7, f8, f9:
        print(f.__name__, f())


returns()


def nesting():
    try:
        try:
            raise ValueError(1)
        except ValueError as e:
            print(handled())
            try:
                raise KeyError(2)
            except KeyError as e2:
                print(handled(), repr(e2.__context__))
            print(handled())
            raise
        finally:
            print("finally sees", handled())
    except ValueError as again:
        print("again", again, again.__context__)
    print(handled())


nesting()


def chain():
    try:
        try:
            raise ValueError("first")
        except ValueError as e:
            raise KeyError("second") from e
    except KeyError as e:
        print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
    try:
        try:
            raise ValueError("first")
        finally:
            raise KeyError("second")
    except KeyError as e:
        print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
    try:
        try:
            raise ValueError
        except ValueError:
            raise TypeError from None
    except TypeError as e:
        print(repr(e.__context__), e.__suppress_context__)
    try:
        raise
    except RuntimeError as e:
        print(e)
    try:
        raise 5
    except TypeError as e:
        print(e)
    try:
        try:
            raise ValueError
        except 5:
            pass
    except TypeError as e:
        print(e, repr(e.__context__))


chain()


def handler_exits(n):
    for i in range(3):
        try:
            raise ValueError(i)
        except ValueError as e:
            if n == 0:
                continue
            if n == 1:
                break
            if n == 2:
                return str(e), handled()
            e = None
        print("after", i, handled())
    return i, handled()


for n in range(4):
    print(handler_exits(n))


def deleted():
    try:
        raise ValueError
    except ValueError as e:
        del e
    print("deleted ok")
    try:
        raise ValueError
    except ValueError as e:
        e = 3
    print("rebound ok")


deleted()


def loops():
    out = []
    for i in range(6):
        try:
            if i == 1:
                continue
            if i == 2:
                raise KeyError(i)
            if i == 4:
                break
            out.append(i)
        except KeyError:
            out.append("k")
            continue
        else:
            out.append("e")
        finally:
            out.append("f")
    else:
        out.append("never")
    return out


print(loops())


def expression_temporaries():
    def fail():
        raise ValueError
    try:
        x = [1, 2, (3, fail())]
    except ValueError:
        x = "caught"
    try:
        print(1, 2, *[3], x, k=fail())
    except ValueError:
        print("temporaries dropped", x)
    for a in [1, 2]:
        for b in [3, 4]:
            try:
                (a, b, [a, {a: fail()}])
            except ValueError:
                print("in loops", a, b)


expression_temporaries()


def generator():
    try:
        yield 1
        yield 2
    except GeneratorExit:
        print("closed")
        raise
    except KeyError as e:
        yield repr(e)
    finally:
        print("cleanup", handled())


g = generator()
print(next(g), g.throw(KeyError(5)))
try:
    next(g)
except StopIteration:
    print("stop")
g = generator()
next(g)
g.close()


class Bare:
    try:
        x = undefined_name
    except NameError as e:
        y = str(e)
    finally:
        z = 1


print(Bare.y, Bare.z, hasattr(Bare, "e"))

try:
    pass
except (yielded := ValueError):
    pass


def conditional_handler(types):
    try:
        raise OSError(2, "no")
    except types as e:
        return type(e).__name__
    except:
        return "bare"


print(conditional_handler(OSError), conditional_handler((ValueError, FileNotFoundError)), conditional_handler(KeyError))


def deep(n):
    try:
        if n == 0:
            raise ValueError("deep")
        deep(n - 1)
    finally:
        if n % 5 == 0:
            print("unwinding", n)


try:
    deep(12)
except ValueError as e:
    n = 0
    tb = e.__traceback__
    while tb:
        n += 1
        tb = tb.tb_next
    print(n)
