# Events of sys.addaudithook that the runtime's own modules raise.
import gc
import marshal
import sys

seen = []
sys.addaudithook(lambda event, args: seen.append((event, args)) if event.split(".")[0] in ("gc", "marshal", "sys") else None)


def events(function, *args):
    del seen[:]
    function(*args)
    for event, args in seen:
        print(event, [arg for arg in args if isinstance(arg, (int, str, bytes))])


thing = [1]
events(gc.get_objects)
events(gc.get_objects, 1)
events(gc.get_referrers, thing)
events(gc.get_referents, thing)
events(sys._getframe)
events(marshal.dumps, (1, 2))
events(marshal.loads, marshal.dumps(5))
