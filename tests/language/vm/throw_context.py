# What throw() and close() raise in a generator or coroutine that handles an exception has that as its context.
def g():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            yield 1
        except ValueError as e:
            print('ctx', repr(e.__context__))
            yield 2
    yield 3


x = g()
next(x)
x.throw(ValueError('v'))
async def c():
    try:
        1 / 0
    except ZeroDivisionError:
        await w()


class w:

    def __await__(self):
        yield 1


x = c()
x.send(None)
try:
    x.throw(KeyError('k'))
except KeyError as e:
    print(repr(e.__context__))
def g2():
    yield 1


x = g2()
next(x)
try:
    1 / 0
except ZeroDivisionError:
    try:
        x.throw(ValueError)
    except ValueError as e:
        print('outer', repr(e.__context__))
def g3():
    try:
        raise ValueError('a')
    except ValueError as e:
        self = e
        yield e


x = g3()
e = next(x)
try:
    x.throw(e)
except ValueError as e2:
    print(e2 is e, repr(e2.__context__))
x = g()
try:
    x.throw(ValueError)
except ValueError as e:
    print(repr(e.__context__))
def close_in():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            yield
        except GeneratorExit as e:
            print('close', repr(e.__context__))


x = close_in()
next(x)
x.close()
def deleg():
    try:
        1 / 0
    except ZeroDivisionError:
        yield from g2()


x = deleg()
next(x)
try:
    x.throw(ValueError('z'))
except ValueError as e:
    print('deleg', repr(e.__context__))
