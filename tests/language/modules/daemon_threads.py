# Threads that are alive when the program ends: those that are waited for, and daemons, which sleep on in their frames.
import _thread
import atexit
import sys
import threading

lock = threading.Lock()
lock.acquire()
event, ready = threading.Event(), threading.Semaphore(0)
local = threading.local()


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def endless():
    while True:
        yield [1, 2] * 3


def turn():
    for n, x in enumerate(endless()):
        if n == 5:
            ready.release()


def wait(what):
    kept, local.value = [what], {"of": what}
    ready.release()
    try:
        what()
    finally:
        print("never")


for target, args in (turn, ()), (wait, (lock.acquire,)), (wait, (event.wait,)):
    threading.Thread(target=target, args=args, daemon=True).start()
    ready.acquire()

late = threading.Event()


def waited_for():
    mine = Loud("a local of a thread")
    local.value = Loud("a value of a thread")
    late.wait()
    print("late")


threading.Thread(target=waited_for).start()
atexit.register(print, "atexit")


def joining():
    print("before the threads are joined")
    late.set()


threading._register_atexit(joining)


def unraisable(args):
    print("unraisable", args.exc_type.__name__, args.err_msg, args.object is fail)
    ready.release()


sys.unraisablehook = unraisable
threading.excepthook = lambda args: print("excepthook", args.exc_type.__name__, args.thread.name)


def fail():
    1 / 0


_thread.start_new_thread(fail, ())
ready.acquire()
thread = threading.Thread(target=fail, name="failing")
thread.start()
thread.join()
thread = threading.Thread(target=sys.exit, args=(3,))
thread.start()
thread.join()
