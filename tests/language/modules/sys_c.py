# What sys has for those who look closely.
import sys

print(sys.getdlopenflags())
sys.setdlopenflags(0x102)
print(sys.getdlopenflags())
for arguments in (), ("x",), (1, 2), (2**40,):
    try:
        sys.setdlopenflags(*arguments)
    except Exception as error:
        print(type(error).__name__, error)
print(sys.__breakpointhook__ is not None, sys.__breakpointhook__ == sys.breakpointhook, sys._stdlib_dir)
print(sys._debugmallocstats(), sys._getquickenedcount() >= 0)
import _io

print(_io.__name__, _io.__spec__.name, _io.open.__module__)
for separator in ":", b"-", bytearray(b":"), "", "ab", "\xe9", b"\xe9", 3, None:
    for data in b"abcde", bytearray(b"abcde"), memoryview(b"abcde"):
        for arguments in ((), (2,), (-2,), (0,), ("x",), (2**40,)):
            try:
                print(data.hex(separator, *arguments))
            except Exception as error:
                print(type(error).__name__, error)
