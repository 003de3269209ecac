# os.posix_spawn, the scheduler's functions, splice, event descriptors.
import os, sys, _signal

def attempt(function, *args, **kwargs):
    try:
        value = function(*args, **kwargs)
    except Exception as error:
        print(type(error).__name__, error)
    else:
        if function in (os.posix_spawn, os.posix_spawnp):
            value = os.waitstatus_to_exitcode(os.waitpid(value, 0)[1])
        print(value)

sh = '/bin/sh'
attempt(os.posix_spawn, sh, ['sh', '-c', 'exit 3'], {})
attempt(os.posix_spawn, sh, ['sh', '-c', 'exit $N'], {'N': '4'})
attempt(os.posix_spawnp, 'sh', ('sh', '-c', 'kill $$'), os.environ)
attempt(os.posix_spawn, '/bin/nosuch', ['a'], {})
attempt(os.posix_spawn, sh, [], {})
attempt(os.posix_spawn, sh, [''], {})
attempt(os.posix_spawn, sh, 3, {})
attempt(os.posix_spawn, sh, [3], {})
attempt(os.posix_spawn, sh, ['x'], 5)
attempt(os.posix_spawn, sh, ['x'], None)
attempt(os.posix_spawn, sh, ['x'], {'b': 3})
attempt(os.posix_spawn, sh)
r, w = os.pipe()
attempt(os.posix_spawn, sh, ['sh', '-c', 'echo hello; echo error >&2'], {},
        file_actions=[(os.POSIX_SPAWN_DUP2, w, 1), (os.POSIX_SPAWN_CLOSE, w), (os.POSIX_SPAWN_OPEN, 2, '/dev/null', os.O_WRONLY, 0)])
os.close(w)
print(os.read(r, 100))
os.close(r)
for actions in [(9,)], [3], [()], [(0, 'x')], [(1, 1)], [(1, 'x')], 3, None, ():
    attempt(os.posix_spawn, sh, ['sh', '-c', ''], {}, file_actions=actions)
for attributes in ({'setsigmask': [0]}, {'setsigmask': 3}, {'setsigmask': [_signal.SIGUSR1]}, {'setsigdef': [_signal.SIGPIPE]}, {'setsigdef': [99]},
                   {'scheduler': (1, 2)}, {'setpgroup': 0}, {'setpgroup': 'x'}, {'resetids': True}, {'setsid': True},
                   {'scheduler': (None, os.sched_param(0))}, {'scheduler': (os.SCHED_OTHER, os.sched_param(0))}):
    print(attributes, end=' ')
    attempt(os.posix_spawn, sh, ['sh', '-c', 'exit 0'], {}, **attributes)
attempt(os.posix_spawn, sh, ['sh', '-c', 'kill -USR1 $$; exit 5'], {}, setsigmask=[_signal.SIGUSR1])

print(os.sched_getparam(0), os.sched_param(3).sched_priority, os.sched_getscheduler(0), os.sched_get_priority_max(os.SCHED_FIFO))
print(os.sched_rr_get_interval(0) >= 0, os.sched_get_priority_min(os.SCHED_FIFO))
attempt(os.sched_param)
attempt(os.sched_setparam, 0, 3)
attempt(os.sched_setscheduler, 0, os.SCHED_OTHER, os.sched_param(0))
attempt(os.sched_get_priority_max, 99)
attempt(os.setgroups, 3)
attempt(os.setgroups, ['x'])
attempt(os.splice, 0, 0, -1)
attempt(os.splice, 0)
fd = os.eventfd(3)
os.eventfd_write(fd, 4)
print(os.eventfd_read(fd))
os.close(fd)
attempt(os.eventfd_read, fd)
attempt(os.eventfd_write, fd, -1)
r, w = os.pipe()
r2, w2 = os.pipe()
os.write(w, b'spliced')
print(os.splice(r, w2, 5), os.read(r2, 10))
