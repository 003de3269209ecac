# Errors that cannot be raised: finalizers, generators, and sys.unraisablehook.
import sys


class Out:
    def write(self, text):
        while " at 0x" in text:     # addresses differ from run to run
            before, _, after = text.partition(" at 0x")
            text = before + after.lstrip("0123456789abcdef")
        sys.stdout.write(text)

    def flush(self):
        pass


sys.stderr = Out()
class D:
    def __del__(self): 1/0
    def __repr__(self): return "<D>"
d = D(); del d
def f():
    x = D()
f()
print("after")
def g():
    try: yield
    finally: yield
x = g(); next(x); del x
def hook(u): print("hook", u.exc_type, u.exc_value, u.err_msg, u.object is not None, type(u), u.exc_traceback is not None)
sys.unraisablehook = hook
d = D(); del d
def bad(u): raise KeyError("hook")
sys.unraisablehook = bad
d = D(); del d
sys.unraisablehook = sys.__unraisablehook__
print(sys.unraisablehook is sys.__unraisablehook__)
try: sys.unraisablehook(1)
except TypeError as e: print(e)
