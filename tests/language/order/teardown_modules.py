# Modules go after the program: those that nobody holds at once, those in cycles by collection.
import sys

Module = type(sys)


class N:
    def __init__(self, name):
        self.name = name

    def __del__(self, say=print):
        say("del", self.name)


def module(name, source=""):
    made = Module(name)
    made.token = N("token of " + name)
    exec(source, made.__dict__)
    sys.modules[name] = made


module("plain")
module("other")
module("removed")
del sys.modules["removed"]
print("removed by hand")
sys.modules["plain"] = None
print("replaced by hand")
kept = Module("kept")
kept.token = N("token of kept")
kept._private = N("private of kept")
sys.modules["kept"] = kept
print("end")
