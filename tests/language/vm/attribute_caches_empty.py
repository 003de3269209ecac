# Attributes that are missing where a cache expects them: the general instruction finds that out, and goes on.
class A:
    __slots__ = ("x",)
class B:
    __slots__ = ("x",)
def f(a):
    try:
        return a.x
    except AttributeError:
        return None
a = A(); b = B(); c = A()
c.x = 1
for i in range(200): assert f(c) == 1
for i in range(200): assert f(a) is None
for i in range(200): assert f(b) is None; assert f(c) == 1; assert f(a) is None
class D: pass
class E: pass
d = D(); d.x = 1; e = D(); e.y = 1; g = E(); g.x = 2
for i in range(200): assert f(d) == 1
for i in range(200): assert f(e) is None; assert f(g) == 2; assert f(c) == 1; assert f(a) is None
print("done")
