# Functions of math: values, errors; and of _random: the same sequences.
import math,sys
import cmath
import _random
R = _random.Random
def t(s):
    try: print(s,'->',repr(eval(s)))
    except BaseException as e: print(s,'->',type(e).__name__, e)
inf=math.inf;nan=math.nan
for k in dir(math): 
    if not k.startswith('_'): globals()[k]=getattr(math,k)
class T:
    def __trunc__(s): return 5
    def __ceil__(s): return 'c'
    def __floor__(s): return 'f'
for s in '''sqrt(-1)|log(0)|log(-1)|log(10**400)|log(-10**400)|log(2,1)|log(2,0)|log(8,2)|log2(-1)|log2(2**1000)|log10(10**400)|log("a")|log()|log(1,2,3)|acos(2)|exp(1000)|exp2(2000)|sin(inf)|tan(inf)|gamma(0)|gamma(-1)|gamma(200)|lgamma(0)|lgamma(-2)|lgamma(inf)|lgamma(-inf)|gamma(-inf)|atanh(1)|atanh(2)|log1p(-1)|expm1(1000)|cosh(1000)|pow(0,-1)|pow(-1,.5)|pow(10,400)|pow(-inf,-1)|pow(1)|fmod(1,0)|fmod(inf,1)|fmod(1,inf)|remainder(1,0)|remainder(inf,1)|remainder(5,3)|ldexp(1.0,5000)|ldexp(1.0,10**30)|ldexp(1,-10**30)|ldexp(1.0,2.0)|ldexp(0,10**30)|frexp(inf)|modf(inf)|modf(-inf)|modf(-1.5)|modf(nan)|factorial(-1)|factorial(2.0)|factorial(2**70)|factorial(True)|factorial(20)|factorial("a")|isqrt(-1)|isqrt(2.0)|comb(5,-1)|comb(-1,2)|comb(5,2**70)|comb(2**70,2)|comb(2.0,1)|comb(2**70,2**69)|perm(5)|perm(5,None)|perm(5,-1)|perm(-1)|perm(2**70,2**70)|perm(5,7)|perm(-1,None)|gcd()|gcd(12)|gcd(12,18,27)|gcd(1.0,2)|gcd(-4)|lcm()|lcm(4,6)|lcm(0,5)|lcm(-4)|lcm(1.5)|prod([1,2,3])|prod([])|prod([1,2.5],start=2)|prod(["a",3])|prod([0.5]*3,start="a")|prod(1)|prod([1],2)|dist((1,2),(4,6))|dist((1,),(2,3))|dist([1,2],[4,6])|dist(1,2)|hypot()|hypot(3,4)|hypot("a")|hypot(inf,nan)|hypot(nan,1)|fsum([1e308,1e308])|fsum([inf,-inf])|fsum([nan,inf])|fsum([1e308,1e308,-1e308])|fsum([.1]*10)|fsum(["a"])|fsum([10**400])|fsum(1)|isclose(1,1+1e-10)|isclose(1,2,rel_tol=-1)|isclose(1,2,abs_tol=2)|isclose(1,1,1)|isclose(inf,inf)|nextafter(0,1)|nextafter(1,nan)|ulp(1)|ulp(inf)|ulp(nan)|ulp(0)|ulp(-1.7976931348623157e308)|trunc(T())|trunc(1.5)|trunc("a")|ceil(T())|floor(T())|ceil(1.5)|ceil("a")|floor(inf)|ceil(10**30)|floor(True)|copysign(1,-0.0)|cbrt(-27)|cbrt(27)|erf(.5)|erfc(.5)|degrees(pi)|radians(180)|fabs(-1)|fabs("a")|isnan(nan)|isfinite(10**400)|sqrt(10**400)|atan2(1,0)|atan2(1)|cmath.sqrt(-1)|cmath.log(0)|cmath.log(1,0)|cmath.log(10,2)|cmath.exp(1000)|cmath.phase(-1)|cmath.polar(1j)|cmath.rect(1,2)|cmath.rect(inf,0)|cmath.rect(inf,inf)|cmath.atanh(1)|cmath.acos(2)|cmath.isclose(1,1.0000000001)|cmath.isclose(1,2,rel_tol=-1)|cmath.infj|cmath.nanj|cmath.tan(1000j)|cmath.sin("a")|R(1).random()|R(1.5).random()|R(-1).random()|R(2**100).getrandbits(70)|R(1).getrandbits(0)|R(1).getrandbits(-1)|R(1,2)|R(a=1)|R(x=1)|R(seed=5)|R(1).getrandbits(2**70)|R(1).getrandbits(1.0)|R(1).setstate((1,))|R(1).setstate(1)|R(1).setstate(("a",)*625)|R(1).setstate((1,)*624+(700,))|R(1).setstate((-1,)*625)|len(R(1).getstate())|R(1).getstate()[:3]|R(()).random()==R(()).random()|R([])|R(1).seed(1,2)|R(1).getrandbits(32)|R(1).seed()|R(None).random()<1|R(1.0).random()|R(0).random()|R(2**32).random()|R(2**32-1).random()|R(2**19937).random()|[R(5).getrandbits(k) for k in range(1,100,7)]|hash(R(5).getstate())|type("S",(R,),{})(3).random()|factorial(1000)==prod(range(1,1001))|factorial(21)|factorial(12345)%(10**9+7)|comb(1000,500)|perm(1000,30)|comb(100,3)|[comb(67,k) for k in range(68)]==[factorial(67)//factorial(k)//factorial(67-k) for k in range(68)]|comb(10**20,3)|perm(10**20,3)|isqrt(10**100)|gcd(2**500*3**50,2**300*3**80*7)|lcm(2**100,3**100,5)|lcm(-4,6)|fsum([1e100,1.0,-1e100,1e-100])|fsum([1e16,1.,1e-16])|hypot(1e308,1e308)|hypot(5e-324,5e-324)|hypot(*range(50))|dist([0]*20,range(20))'''.split('|'):
    t(s)
def st(x): return x.hex() if isinstance(x,float) else repr(x)
r=_random.Random(12)
bad=0
for i in range(300):
    x=(r.random()-.5)*10**(r.random()*8-4); y=(r.random()-.5)*10**(r.random()*8-4)
    for f in 'acos acosh asin asinh atan atanh cbrt cos cosh degrees erf erfc exp exp2 expm1 fabs log log10 log1p log2 radians sin sinh sqrt tan tanh ulp'.split():
        try: print(f,x,st(getattr(math,f)(x)))
        except ValueError: pass
        except OverflowError: print('O')
    for f in 'atan2 copysign fmod remainder nextafter hypot'.split(): print(f,x,y,st(getattr(math,f)(x,y)))
    try: print(st(math.pow(x,y)))
    except Exception as e: print(e)
    print(st(math.fsum([x,y,-x,x*y,x/y]*5)), st(math.dist((x,y,1),(y,x,2))), math.frexp(x), math.modf(x), math.ldexp(x,3), math.floor(x), math.ceil(y), math.trunc(x))
