"""syslog, spwd."""
import sys
import warnings

import syslog

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import spwd
print([(w.category.__name__, str(w.message)) for w in caught])


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, args, kwargs, "->", f(*args, **kwargs))
    except Exception as e:
        print(f.__name__, args, kwargs, type(e).__name__, e)


def hook(event, args):
    if event.startswith("syslog."):
        print(event, args)


sys.addaudithook(hook)

print({name: value for name, value in vars(syslog).items() if type(value) is int})
for value in (5, 31, 33, -3, 2 ** 31, 2 ** 63, "a", None):
    attempt(syslog.LOG_MASK, value)
    attempt(syslog.LOG_UPTO, value)
attempt(syslog.LOG_MASK)
attempt(syslog.LOG_UPTO, 1, 2)
attempt(syslog.setlogmask)
attempt(syslog.setlogmask, "a")
attempt(syslog.setlogmask, 7)
attempt(syslog.setlogmask, 255)

attempt(syslog.syslog)
for args in ((1,), ("a", "b"), (1, 2), (1, 2, 3), (1.0, "a"), (b"ok",), ("\ud800",), ("a\0b",), ("%s%n",), (syslog.LOG_INFO, "ok")):
    attempt(syslog.syslog, *args)
syslog.closelog()
syslog.closelog()
attempt(syslog.openlog)
for args in ((1,), (None,), ("a", "b"), ("a", 1, 2, 3), ("\ud800",), ("a\0b",), ("name", syslog.LOG_PID, syslog.LOG_LOCAL0)):
    attempt(syslog.openlog, *args)
attempt(syslog.openlog, ident="a", facility=2 ** 70)
attempt(syslog.openlog, x=1)
attempt(syslog.closelog, 1)
argv = sys.argv
for sys.argv in ([3], [""], ["a/b/c"], [], None):
    syslog.openlog()
    syslog.syslog("text")
sys.argv = argv
syslog.closelog()

attempt(spwd.getspnam)
for name in (1, "a\0", "no such user", "\udc80", "\ud800"):
    attempt(spwd.getspnam, name)
attempt(spwd.getspall, 1)
try:
    print(spwd.getspnam("root")[0], {type(entry) for entry in spwd.getspall()})
except OSError as e:
    print(e)
record = spwd.struct_spwd(range(11))
print(record, record.sp_nam, record.sp_pwd, spwd.struct_spwd(range(9)).sp_pwd, record.__match_args__)
