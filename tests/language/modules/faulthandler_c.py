# faulthandler: to a file, by all ways; a child dies of a fatal signal.
# not-under: sanitize -- it has handlers of its own for fatal signals
import faulthandler as f, os, sys, _thread

def show(call, *args, **kw):
    try:
        print(call(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

path = '/tmp/ouro-fault-%d' % os.getpid()
out = open(path, 'w+')
def written():
    out.seek(0); text = out.read(); out.seek(0); out.truncate()
    for ident in idents: text = text.replace('0x%016x' % ident, 'THREAD')
    return text.replace(__file__, 'FILE')
idents = {_thread.get_ident()}
def inner(all_threads): f.dump_traceback(out, all_threads)
def outer(): inner(False); (lambda: inner(True))()
outer(); print(written()); f.dump_traceback(out.fileno()); print(written())
done = _thread.allocate_lock(); done.acquire()
def thread(): idents.add(_thread.get_ident()); inner(all_threads=False); done.release()
_thread.start_new_thread(thread, ()); done.acquire(); print(written())
class Ä: exec('def naïve(): f.dump_traceback(out)')
Ä.naïve(); print(written())

show(f.dump_traceback, 'x'); show(f.dump_traceback, -1); show(f.dump_traceback, None, 'x'); show(f.enable, 5.5); show(f.dump_traceback, nope=1)
print(f.is_enabled(), f.enable(out), f.is_enabled(), f.enable(out, all_threads=False), f.disable(), f.disable(), f.is_enabled())
show(f.dump_traceback_later, 0); show(f.dump_traceback_later, -1); show(f.dump_traceback_later, 'a'); show(f.dump_traceback_later)
f.dump_traceback_later(3600, file=out); f.dump_traceback_later(1000, repeat=True, file=out); f.cancel_dump_traceback_later(); print(repr(written()))
f.cancel_dump_traceback_later()
for number in (11, 999, -1, 0): show(f.register, number)
print(f.unregister(10), f.register(10, out), f.register(10, file=out, all_threads=False, chain=False))
os.kill(os.getpid(), 10); print(written(), f.unregister(10), f.unregister(10))

for call in (f._sigsegv, f._sigabrt, f._sigfpe):
    pid = os.fork()
    if pid == 0:
        f.enable(out); call()
    print(os.waitpid(pid, 0)[1] & 127, written())
os.remove(path)
