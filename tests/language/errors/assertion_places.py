# A failing assertion stands at the last comparison of its condition, else at the statement.
import sys
def f1(x):
    assert not x


def f2(x):
    assert x > 5 or x > 6


def f3(x):
    assert x > 5 and x > 6


def f4(x):
    assert x > 5 if x else 0


def f5(x):
    assert 0 < x < 1


def f6(x):
    assert not (x and x == 1), 'm'


def f7(x):
    assert 0 if x else not x, 'm' + str(x)


def f8(x):
    assert x is None


def f9(x):
    assert f8 is x and 0 < x < 1


def f10(x):
    assert not 0 < x < 10


def f11(x):
    assert (y := x) == 5


def f12(x):
    assert False


def f13(x):
    assert ()


def f14(x):
    assert False, 'm'


def f15(x):
    assert x and False


def f16(x):
    assert not True


def f17(x):
    assert (x or True) and False


def f18(x):
    assert (x == 1) == False


def f19(x):
    assert (x and x == 1) and (x == 0 or x == 2)


for fn in (f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19):
    try:
        fn(1)
    except Exception as e:
        tb = e.__traceback__.tb_next
        pos = list(tb.tb_frame.f_code.co_positions())[tb.tb_lasti // 2]
        print(fn.__name__, type(e).__name__, pos)
