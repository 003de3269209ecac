# The message on stderr is CPython's, the object's address apart.
import io
import sys


class D:
    def __del__(self):
        raise ValueError("no")


class M:
    def __del__(self, missing):
        pass


def helper():
    raise KeyError("deep")


class Deep:
    def __del__(self):
        helper()


def without_addresses(text):
    parts = text.split(" at 0x")
    return parts[0] + "".join(" at ADDRESS" + part.lstrip("0123456789abcdef") for part in parts[1:])


for make in D, M, Deep:
    kept, sys.stderr = sys.stderr, io.StringIO()
    d = make()
    del d
    text, sys.stderr = sys.stderr.getvalue(), kept
    print(without_addresses(text).replace(__file__, "FILE"), end="")
kept, sys.stderr = sys.stderr, None
d = D()
del d
sys.stderr = kept
print("no stderr, no message")


class Stream:
    def write(self, text):
        raise OSError("can't write")

    def flush(self):
        pass


sys.stderr = Stream()
d = D()
del d
sys.stderr = kept
print("a stream that fails")
