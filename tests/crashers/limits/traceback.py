# options: -X memory-limit=16m
# differs: python3.11 has no limit
# status: 1
# stderr: MemoryError
# A MemoryError nobody catches has its traceback, although the memory is still full when it is printed.
import sys


def fill(x):
    while True:
        x.append([0] * 100)


def handled(x):
    try:
        fill(x)
    except MemoryError as error:
        tb = error.__traceback__
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_next.tb_frame.f_code.co_name, tb.tb_next.tb_lineno)
        raise


kept = []
sys.stdout.write("begin\n")
handled(kept)
