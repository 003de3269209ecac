# An __init__ that returns something: TypeError in the caller, once its frame is gone.
class I:

    def __init__(self):
        try:
            return 5
        except TypeError:
            print('seen inside')
        finally:
            print('finally')


def mk():
    try:
        I()
    except TypeError as e:
        print(e, e.__traceback__.tb_next, e.__traceback__.tb_lineno)


for i in range(12):
    mk()
class L:

    def __del__(self):
        print('local gone')


class I2:

    def __init__(self):
        l = L()
        return 7

    def __del__(self):
        print('I2 gone')


def mk2():
    try:
        I2()
    except TypeError as e:
        print(e)


for i in range(6):
    mk2()
