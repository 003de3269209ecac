# The texts of errors from operators, protocols, calls and exception types.
def t(s):
    try: exec(s,{})
    except BaseException as e: print(f"{s!r:45} {type(e).__name__}: {e}")
    else: print(f"{s!r:45} ok")
for s in """1+'a'
1-'a'
'a'+1
[]+1
()+1
[]*'a'
'a'*2.0
1@2
a=1;a+='x'
a=1;a@='x'
a=[];a*='x'
a=[];a+=1
a=1;a**='x'
a=1;a<<='x'
pow('a',1)
pow('a',1,2)
pow(1,2,'a')
-'a'
+'a'
~'a'
abs('a')
divmod(1,'a')
print >> 1
len(1)
x=1;x[0]
int[0]
a=1;a[0]=1
a=1;del a[0]
'abc'[0]=1
a=();a[0]=1
a=();del a[0]
iter(1)
1 in 2
for i in 1: pass
a,b=1
int([])
int('x')
float([])
range(1.0)
[1][2**70]
class I:;  __index__=lambda s:'x';[1][I()]
class I:;  __int__=lambda s:'x';int(I())
class I:;  __float__=lambda s:'x';float(I())
class I:;  __iter__=lambda s:1;iter(I())
class I:;  __len__=lambda s:-1;len(I())
class I:;  __len__=lambda s:'a';len(I())
class I:;  __length_hint__=lambda s:'a';  __getitem__=lambda s,i:1/0;list(I())
class I:;  __length_hint__=lambda s:-1;  __getitem__=lambda s,i:1/0;list(I())
class I:;  __format__=lambda s,f:1;format(I())
class I:;  __trunc__=lambda s:3;int(I())
format(1,2)
format([],'x')
aiter(1)
class I:;  __aiter__=lambda s:1;aiter(I())
memoryview(1)
dict(1)
dict([1])
{}.update(1)
x=1;x()
class M: keys=1;dict(M())
sorted(1)
sorted()
sorted([],1)
sorted([],foo=1)
sum(iterable=[])
''.encode(1,2,3)
''.encode(foo=1)
''.encode('x',encoding='y')
print(1,foo=1)
int(1,2,3)
int(x=1)
str(1,2,3,4)
enumerate()
enumerate(1,2,3)
bytes(1,2,3,4)
''.split(1,2,3)
''.split(foo=1)
compile(1)
compile()
[].sort(1)
[].sort(foo=1)
__import__()
BaseException(a=1)
ImportError('a',foo=1)
ImportError('a',name=1,path=2,x=2)
NameError('x',foo=1)
AttributeError('x',foo=1)
AttributeError(**{'obj':1,'foo':2})
SyntaxError('a',(1,2))
SyntaxError('a',1)
SyntaxError('a',(1,2,3,4,5))
SyntaxError('a',(1,2,3,4,5,6,7))
SyntaxError('a',(1,2,3,4,None,6))
UnicodeDecodeError()
UnicodeDecodeError('a','b',1,2,'c')
UnicodeEncodeError('a',b'b',1,2,'c')
UnicodeEncodeError('a','b',1,2)
UnicodeTranslateError(1,1,1,1)
ExceptionGroup('x')
ExceptionGroup(1,[1])
ExceptionGroup('x',1)
ExceptionGroup('x',[])
ExceptionGroup('x',[1])
ExceptionGroup('x',[KeyboardInterrupt()])
class E(BaseExceptionGroup, ValueError):pass;E('x',[KeyboardInterrupt()])
BaseException.__setstate__(BaseException(),1)
BaseException().with_traceback(1)
BaseException().add_note(1)
e=BaseException();e.args=1
e=BaseException();del e.args
e=BaseException();e.__traceback__=1
e=BaseException();del e.__traceback__
e=BaseException();e.__context__=1
e=BaseException();del e.__context__
e=BaseException();e.__cause__=1
e=BaseException();del e.__cause__
e=BaseException();e.__dict__=1
e=BaseException();del e.__dict__
e=BaseException();del e.__suppress_context__
e=OSError();del e.characters_written
e=OSError();e.characters_written
e=BaseException();e.__notes__=1;e.add_note('a')
raise KeyError('x')
raise KeyError('x','y')
raise KeyError(())
raise OSError(2,'no')
raise OSError(2,'no','f')
raise OSError(2,'no','f',None,'g')
raise OSError(2,3)
raise OSError('x')
raise OSError(1,2,3,4,5,6)
raise BlockingIOError(11,'x',5)
raise StopIteration(5)
raise SystemExit(1,2)
raise SyntaxError('m',('/a/b.py',3,4,'tt'))
raise SyntaxError('m',(None,3,4,'tt'))
raise SyntaxError('m',('x',None,4,'tt'))
raise UnicodeDecodeError('utf-8',b'abc',0,1,'r')
raise UnicodeDecodeError('utf-8',b'abc',0,2,'r')
raise UnicodeEncodeError('utf-8','a\\xe9\\u1234',1,2,'r')
raise UnicodeEncodeError('utf-8','a\\xe9\\u1234',2,3,'r')
raise UnicodeTranslateError('a\\U00012345',1,2,'r')
raise ImportError('m',name='n',path='p')
raise ImportError(1)
raise 1
raise int
raise ValueError from 1
class E(Exception):;  def __new__(cls): return 1;raise E
class E(Exception):;  def __str__(self): return 1;str(E())
''.foo
x=1;del x;x
[].apend
import sys; sys.foo
import foo
import sys.foo
from sys import foo""".split('\n'):
    t(s.replace(':;',':\n').replace(';  ','\n  ').replace(';','\n') if ':;' in s or s.startswith('class') else s)
