# A generator counts as finished while its locals fall: next() from their finalizers gives nothing more.
import sys
class D:

    def __init__(self, name):
        self.name = name

    def __del__(self):
        try:
            print(self.name, next(box[0], 'ended'), sys.exc_info()[0])
        except BaseException as e:
            print(self.name, type(e), e)


box = [None]
def gd(*a):
    d = D('first')
    yield 1
    e = D('second')
    if a:
        raise KeyError


box[0] = gd()
for v in box[0]:
    print(v)
box[0] = gd()
next(box[0])
try:
    next(box[0])
except StopIteration:
    print('stop')
box[0] = gd(1)
next(box[0])
try:
    next(box[0])
except KeyError:
    print('key')
box[0] = gd(1)
try:
    for v in box[0]:
        print(v)
except KeyError:
    print('key')
box[0] = None
box = [gd()]
next(box[0])
y = box[0]
box[0].close()
del y
