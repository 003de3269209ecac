# A child of fork() has one thread, which is its main thread: locks, signals, imports and new threads work there.
import os, sys, _thread, _signal

gate, running = _thread.allocate_lock(), _thread.allocate_lock()
gate.acquire()
running.acquire()
def other():
    running.release()
    gate.acquire()
_thread.start_new_thread(other, ())
running.acquire()

def in_child(function):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = function()
        sys.stdout.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))

def first():
    import threading
    print(threading.active_count(), threading.current_thread().name, threading.main_thread() is threading.current_thread())
    _signal.signal(_signal.SIGUSR1, lambda number, frame: print('got', number))
    os.kill(os.getpid(), _signal.SIGUSR1)
    import colorsys
    thread = threading.Thread(target=print, args=('a thread of the child',))
    thread.start()
    thread.join()
    return 7
in_child(first)

import threading
def second():
    print(threading.current_thread() is threading.main_thread(), threading.active_count())
    try:
        _signal.raise_signal(_signal.SIGINT)
        for _ in range(9): pass
    except KeyboardInterrupt:
        print('interrupted')
    return 4
thread = threading.Thread(target=in_child, args=(second,))
thread.start()
thread.join()

os.register_at_fork(before=lambda: print('before'), after_in_parent=lambda: print('in the parent'),
                    after_in_child=lambda: print('in the child'))
in_child(lambda: 2)
gate.release()
while _thread._count():
    pass
