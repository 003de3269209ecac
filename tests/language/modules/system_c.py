# fcntl, pwd, grp, _posixsubprocess, _statistics.
import fcntl, pwd, grp, _posixsubprocess, _statistics, os

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

print({n: getattr(fcntl, n) for n in sorted(dir(fcntl)) if n[0] != '_' and isinstance(getattr(fcntl, n), int)})
r, w = os.pipe()
show(fcntl.fcntl, r, fcntl.F_GETFD); show(fcntl.fcntl, r, fcntl.F_SETFD, 0); show(fcntl.fcntl, r, fcntl.F_GETFD)
show(fcntl.fcntl, 9999, 1); show(fcntl.fcntl, 'a', 1); show(fcntl.fcntl, r, 1, b'x' * 2000); show(fcntl.fcntl, r, 1, 1.5)
show(fcntl.fcntl, -1, 3); show(fcntl.ioctl, r, 0x5401); show(fcntl.ioctl, r, 0x5401, b'x' * 2000)
os.write(w, b'abc'); buf = bytearray(4)
print(fcntl.ioctl(r, 0x541B, b'\0\0\0\0'), fcntl.ioctl(r, 0x541B, buf), buf, fcntl.ioctl(r, 0x541B, buf, False))
class File:
    def fileno(self): return f
f = os.open('/tmp', os.O_TMPFILE | os.O_RDWR)
show(fcntl.flock, File(), fcntl.LOCK_EX); show(fcntl.flock, f, fcntl.LOCK_UN); show(fcntl.lockf, f, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 2)
show(fcntl.lockf, f, 64); show(fcntl.lockf, f, fcntl.LOCK_UN); show(fcntl.lockf, f, 2, 1, 0, 9)
os.close(f)

root = pwd.getpwuid(0)
print(root, pwd.getpwnam('root') == root, root in pwd.getpwall(), type(root), root.pw_name)
show(pwd.getpwnam, 'no such user'); show(pwd.getpwuid, 123456); show(pwd.getpwuid, 'a'); show(pwd.getpwuid, -2)
show(pwd.getpwuid, 2**70); show(pwd.getpwnam, 'a\0'); show(pwd.getpwnam, 1); show(pwd.getpwuid, 1.5)
print(grp.getgrgid(0), grp.getgrnam(name='root') == grp.getgrgid(id=0), grp.getgrgid(0) in grp.getgrall())
show(grp.getgrnam, 'no such group'); show(grp.getgrgid, 123456); show(grp.getgrgid, 'a'); show(grp.getgrgid, 2**70)
show(grp.getgrgid, -5); show(grp.getgrnam, 1)

def run(argv, programs=(b'/bin/sh',), cwd=None, env=None, preexec=None, umask=-1, close=True, vfork=True, setsid=False):
    er, ew = os.pipe()
    outr, outw = os.pipe()
    pid = _posixsubprocess.fork_exec(argv, programs, close, (ew,), cwd, env, -1, -1, outr, outw, -1, -1, er, ew, True, setsid, -1,
                                     None, None, None, umask, preexec, vfork)
    os.close(outw); os.close(ew)
    report = out = b''
    while part := os.read(er, 1000): report += part
    while part := os.read(outr, 1000): out += part
    os.close(er); os.close(outr)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out, report)
run(['sh', '-c', 'echo $0 $1; exit 3', 'a', b'b'])
run(['sh', '-c', 'pwd; umask; echo $X'], cwd='/usr', env=[b'X=y', b'PATH=/bin'], umask=0o27)
run(['sh', '-c', 'ls /proc/self/fd | wc -l']); run(['sh', '-c', 'echo hi'], vfork=False, setsid=True)
run(['x'], programs=[b'/nope/x', b'/nope/y']); run(['x'], programs=[b'/nope', b'/etc/passwd']); run(['x'], cwd='/nope')
run(['sh', '-c', 'echo $PWD'], preexec=lambda: os.chdir('/')); run(['sh'], preexec=lambda: 1 // 0)
show(run, 5); show(run, ['a'], programs=['str']); show(run, ['a\0b']); show(run, ['a'], env=['x'])
show(_posixsubprocess.fork_exec)

for p in (.001, .3, .5, .77, 1 - 1e-12, 1e-200):
    print(_statistics._normal_dist_inv_cdf(p, 1, 2))
show(_statistics._normal_dist_inv_cdf, 0, 1, 2); show(_statistics._normal_dist_inv_cdf, .3, 1, 0)
