# sys.settrace and sys.setprofile: which events come, in which order.
import sys

events = []


def tracer(frame, event, arg):
    name = frame.f_code.co_name
    if name.startswith("traced"):
        shown = arg if not isinstance(arg, tuple) else arg[0].__name__
        events.append((name, event, frame.f_lineno - frame.f_code.co_firstlineno, shown))
    return tracer


def show(function, *args):
    events.clear()
    sys.settrace(tracer)
    try:
        result = function(*args)
    except Exception as error:
        result = repr(error)
    finally:
        sys.settrace(None)
    print(function.__name__, result)
    for event in events:
        print("   ", *event)


def traced_simple(a):
    b = a + 1
    if b > 5:
        return b
    return -b


def traced_loop(n):
    total = 0
    for i in range(n):
        total += i
    while total > 2:
        total -= 2
    return total


def traced_raises():
    try:
        raise KeyError("x")
    except KeyError:
        pass
    finally:
        x = 1
    raise ValueError("out")


def traced_generator():
    yield 1
    yield 2


def traced_uses():
    result = []
    for x in traced_generator():
        result.append(x)
    return result


def traced_calls():
    return traced_simple(
        1
    ) + traced_simple(9)


def traced_with():
    class Manager:
        def __enter__(self):
            return 1

        def __exit__(self, *args):
            return True
    with Manager() as m:
        raise ValueError
    return m


show(traced_simple, 1)
show(traced_simple, 9)
show(traced_loop, 3)
show(traced_raises)
show(traced_uses)
show(traced_calls)


def local_only(frame, event, arg):
    if frame.f_code.co_name == "traced_simple":
        frame.f_trace_lines = False
        return tracer
    return None


events.clear()
sys.settrace(local_only)
traced_simple(1)
sys.settrace(None)
print(events)


def changer(frame, event, arg):
    if event == "line" and "b" in frame.f_locals:
        frame.f_locals["b"] = 100
    return changer


sys.settrace(changer)
print(traced_simple(1))
sys.settrace(None)


def failing(frame, event, arg):
    raise RuntimeError("in tracer")


sys.settrace(failing)
try:
    traced_simple(1)
except RuntimeError as error:
    print(error, sys.gettrace())

profile = []


def profiler(frame, event, arg):
    name = frame.f_code.co_name
    if name.startswith("traced"):
        profile.append((name, event, getattr(arg, "__name__", arg)))


def traced_profile():
    len([1])
    [].append(2)
    try:
        int("x")
    except ValueError:
        pass
    return traced_simple(1)


sys.setprofile(profiler)
traced_profile()
sys.setprofile(None)
for p in profile:
    print(p)
print(sys.getprofile(), sys.gettrace())
