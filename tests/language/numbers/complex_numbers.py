# complex: text, arithmetic, comparison, hash, errors.
inf, nan = float("inf"), float("nan")
def show(expression):
    try:
        print(expression, "->", repr(eval(expression)))
    except Exception as e:
        print(expression, "->", type(e).__name__, e)
class G:
    def __complex__(self):
        return 1 + 2j
class H:
    def __complex__(self):
        return 1
class E:
    def __index__(self):
        return 7
for e in """1j|-1j|1+2j|-0j|0.0-0j|complex(-0.0, 0.0)|complex(-0.0, -0.0)|complex(1, nan)|complex(nan, -inf)|complex(1e16, 1e-5)|complex("1+2j")|complex("j")|complex("-j")|complex("1+j")
complex("(1-2j)")|complex(" ( 1 ) ")|complex("1 + 2j")|complex("1+2j ")|complex("x")|complex("")|complex("1+2")|complex("1_0+2_0j")|complex("nan+infj")|complex("1e400j")|complex("(1")|complex("1j2")
complex("1", 2)|complex(1, "2")|complex([])|complex(1, [])|complex(real=1, imag=2)|complex(1j, 2j)|complex(1, 2, 3)|complex()|complex(G())|complex(H())|complex(G(), 2)|complex(E())|complex(None)
1j + 1|1j - 2.5|2 * (1 + 1j)|(1 + 2j) * (3 - 1j)|(1 + 2j) / (3 - 1j)|1 / 2j|1j / 0|(1 + 2j) / (1e-320 + 1j)|complex(inf, 1) / (1 + 1j)|1j // 1|1j % 1|divmod(1j, 1)|1j < 2|1j >= 1j
(2 + 3j)**2|(2 + 3j)**-2|(2 + 3j)**0|(2 + 3j)**0.5|(2 + 3j)**100|(2 + 3j)**101|(2 + 3j)**(1 + 1j)|2**1j|0j**0|0j**2|0j**-1|0j**1j|(1e300 + 1j)**3|pow(1j, 2, 3)|1j**1000
abs(3 + 4j)|abs(1e308 + 1e308j)|abs(complex(inf, nan))|abs(complex(1.7e308, 1.7e308))|-(1 - 0j)|+(1 + 2j)|bool(0j)|bool(1e-320j)|1j == 1|2 + 0j == 2|2.0**70 + 0j == 2**70|2.0**70 + 0j == 2**70 + 1|1j != 1j|1j == "a"|nan * 1j == nan * 1j
hash(1j)|hash(1 + 2j)|hash(5 + 0j) == hash(5)|hash(complex(0, inf))|(1 + 2j).real|(1 + 2j).imag|(1 + 2j).conjugate()|1j.__complex__()|(1 + 2j).__getnewargs__()|int(1j)|float(1j)|1j.real.real
format(1 + 2j, ".2f")|format(1 + 2j, "e")|format(1 + 2j, ">20")|format(1j, "g")|format(1j, "d")|format(1j, "05")|"%s" % (1 + 2j)|str(1e20j)|(1 + 2j).__class__""".replace("\n", "|").split("|"):
    show(e)
class C(complex):
    pass
print(C(1, 2), type(C(1) + 1), type(C("1j")), C(3j) == 3j, complex(C(1j)), type(complex(C(1j))))
try:
    (1j).real = 5
except AttributeError as e:
    print(e)
