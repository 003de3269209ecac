"""xxsubtype: classes derived in C from list and dict."""
import xxsubtype


def attempt(f, *args, **kwargs):
    try:
        print(f.__name__, args, kwargs, "->", f(*args, **kwargs))
    except Exception as e:
        print(f.__name__, args, kwargs, type(e).__name__, e)


spamlist, spamdict = xxsubtype.spamlist, xxsubtype.spamdict
a = spamlist([1, 2])
print(a, a.getstate(), a.setstate(5), a.getstate(), a.state, spamlist.__mro__)
print(a.classmeth(1, 2, a=3), spamlist.classmeth(), a.staticmeth(1, b=2), spamlist.staticmeth())
b = spamdict(a=1)
print(b, b.getstate(), b.setstate(4), b.state, spamdict.__mro__)
for f in (a.setstate, b.setstate):
    attempt(f)
    attempt(f, "a")
    attempt(f, 2 ** 40)
attempt(a.getstate, 1)
attempt(b.getstate, 1)
attempt(spamlist, [1], 4)
attempt(spamdict, {}, 1)
for obj in (a, b, spamlist):
    for name in ("state", "other"):
        try:
            setattr(obj, name, 1)
        except (TypeError, AttributeError) as e:
            print(e)
print(xxsubtype.bench(a, "getstate") >= 0, xxsubtype.bench(a, "state", 3) >= 0)
attempt(xxsubtype.bench)
attempt(xxsubtype.bench, a, "nope")
attempt(xxsubtype.bench, a, 3)


class Derived(spamlist):
    pass


c = Derived([a, b])
c.append(c)
c.c = c
