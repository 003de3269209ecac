# A built-in module imported again while its first copy lives: what both name is counted once.
import gc
import sys

for name in ("binascii", "_struct", "_io", "_signal", "_socket", "_csv", "array", "select", "_pickle", "_datetime", "pyexpat", "_elementtree", "zlib", "_functools",
             "_operator", "_collections", "_sre", "_random", "_thread", "time", "itertools", "_heapq", "_sha3", "_blake2", "_statistics", "faulthandler", "pwd", "grp",
             "syslog", "unicodedata", "_ast", "_symtable", "_locale", "errno", "atexit", "math", "fcntl", "marshal", "_abc", "_codecs", "_weakref", "_string", "posix"):
    first = sys.modules.get(name) or __import__(name)
    del sys.modules[name]
    second = __import__(name)
    gc.collect()
    copies = [first, second]
    copies.append(copies)
    del first, second, copies
    gc.collect()
    print(name, sys.modules[name].__name__)
import binascii
import struct
for use in (lambda: binascii.unhexlify("x"), lambda: struct.unpack("i", b"")):
    try:
        use()
    except Exception as error:
        print(type(error).__mro__[1].__name__, error)
