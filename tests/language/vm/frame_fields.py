"""What can be read of and written to a running frame."""
import sys


def shown(function, *args):
    try:
        return repr(function(*args))
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


def jump(function, source, target):
    """Run it; when it is at line `source` (of its own), go on at `target`."""
    said = []
    first = function.__code__.co_firstlineno

    def trace(frame, event, arg):
        if frame.f_code is not function.__code__:
            return None
        if event == "line" and frame.f_lineno == first + source and not said:
            try:
                frame.f_lineno = first + target
                said.append("ok")
            except ValueError as error:
                said.append(type(error).__name__)
        return trace
    sys.settrace(trace)
    out = []
    try:
        function(out)
    except BaseException as error:
        out.append(type(error).__name__)
    finally:
        sys.settrace(None)
    return out, said


def straight(out):
    out.append(1)
    out.append(2)
    out.append(3)
    out.append(4)


def unbound(out):
    out.append(1)
    x = 2
    out.append(3)
    out.append(x)


def branches(out):
    if out is None:
        out.append(2)
    else:
        out.append(4)
    out.append(5)


print(jump(straight, 1, 3))
print(jump(straight, 3, 3))
print(jump(straight, 1, 100))
print(jump(straight, 1, -100))


print(jump(branches, 1, 5))


def events(function, *args, opcodes=False, lines=True):
    seen = []

    def trace(frame, event, arg):
        if frame.f_code is function.__code__:
            frame.f_trace_opcodes = opcodes
            frame.f_trace_lines = lines
            if event != "opcode":
                seen.append((event, frame.f_lineno - function.__code__.co_firstlineno))
            elif "opcode" not in seen:
                seen.append("opcode")
        return trace
    sys.settrace(trace)
    try:
        shown(function, *args)
    finally:
        sys.settrace(None)
    return seen


def body(n):
    total = 0
    for i in range(n):
        total += i
    try:
        1 / total
    except ZeroDivisionError:
        return None
    return total


print(events(body, 2))
print(events(body, 0))
print(events(body, 2, lines=False))
print(events(body, 1, opcodes=True)[:4])


def attributes():
    frame = sys._getframe()
    x = 1
    print(shown(lambda: repr(frame).split(", file")[0].split(" at ")[0]), frame.f_lasti > 0, frame.f_lasti % 2, frame.f_lineno > 0)
    for name, values in {"f_trace": (5, None), "f_trace_lines": (False, 5, "a"), "f_trace_opcodes": (True, None, 2),
                         "f_locals": ({},), "f_code": (None,), "f_back": (None,), "f_globals": ({},), "f_lasti": (1,), "f_nothing": (1,)}.items():
        for value in values:
            print(name, value, shown(setattr, frame, name, value), shown(getattr, frame, name) if name in ("f_trace", "f_trace_lines", "f_trace_opcodes") else "")
        if name != "f_trace_opcodes":
            print(name, shown(delattr, frame, name))
    print(shown(frame.clear), sorted(frame.f_locals), sys.getsizeof(frame) > 50)
    return frame


frame = attributes()
print(shown(frame.clear), frame.f_locals, frame.f_trace)


def gen():
    x = [1]
    yield sys._getframe()
    yield x


g = gen()
f = next(g)
print(f.f_back, f is g.gi_frame, f.f_locals, shown(f.clear), shown(next, g), g.gi_frame)
g = gen()
print(shown(g.gi_frame.clear), g.gi_frame, shown(next, g))


def calls_itself():
    g = running()
    try:
        next(g)
    except StopIteration:
        pass
    for act in next, lambda g: g.send(1), lambda g: g.close(), lambda g: g.throw(KeyError), lambda g: g.gi_frame.clear():
        holder.append(act)
        g = running()
        print(shown(next, g))


holder = [None]


def running():
    g = holder and sys._getframe()
    act = holder[-1]
    if act is not None:
        me = next(x for x in __import__("gc").get_objects() if type(x) is type(gen()) and x.gi_running)
        print(shown(act, me))
    yield 1


calls_itself()

import types

print(shown(types.MethodType(print, 1).__reduce__), shown(types.MethodType, 5, 1), shown(types.MethodType, print, None), shown(types.MethodType, print))
m = types.MethodType(straight, [1])
print(repr(m), m == types.MethodType(straight, [1]), m == types.MethodType(straight, m.__self__), hash(m) == hash(types.MethodType(straight, m.__self__)), m.__doc__, shown(setattr, m, "x", 1), shown(delattr, m, "__doc__"))
print(sys.call_tracing(lambda a: a + 1, (1,)), shown(sys.call_tracing, 5, ()), shown(sys.call_tracing, print, 5))
for name in "send", "throw", "close", "__next__", "__sizeof__", "__del__":
    print(name, hasattr(g, name))
print(sys.getsizeof(g) > 50, sys.getswitchinterval(), shown(sys.setswitchinterval, 0), shown(sys.setswitchinterval, "a"), shown(sys.setswitchinterval, 0.005))
print(type(sys._current_frames()).__name__, len(sys._current_frames()), [*sys._current_exceptions().values()])
sys.set_coroutine_origin_tracking_depth(2)
print(sys.get_coroutine_origin_tracking_depth(), shown(sys.set_coroutine_origin_tracking_depth, -1), shown(sys.set_coroutine_origin_tracking_depth, "a"))


async def never():
    pass

c = never()
print(len(c.cr_origin), [row[2] for row in c.cr_origin])
c.close()
sys.set_coroutine_origin_tracking_depth(0)
code = straight.__code__
print(shown(code.__sizeof__) > "1", list(code.co_lines()) != [], shown(code.__reduce__).split(" at ")[0], code == code.replace(), hash(code) == hash(code.replace()), code != branches.__code__, shown(lambda: code < code))
