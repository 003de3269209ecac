# differs: where python3.11 would compute for hours before it fails, we say at once that no memory holds the result
def show(f):
    try:
        print(type(f()).__name__)
    except Exception as e:
        print(type(e).__name__, e)
show(lambda: 1 << 2**62)
show(lambda: 1 << 2**70)
show(lambda: 3 ** 2**62)
show(lambda: (10**20) ** (10**20))
show(lambda: 2 ** (2**63))
show(lambda: (-1) ** (2**80))
show(lambda: int("9" * 10**6))
show(lambda: str(10**10**5))
show(lambda: [0] * 2**60)
show(lambda: (0).to_bytes(2**62, "big"))
show(lambda: pow(3, 10**40, 10**30) % 7)
import math
show(lambda: math.factorial(2**62))
show(lambda: math.comb(2**62, 2**61))
show(lambda: math.perm(2**80, 2**62))
show(lambda: "%d" % 10**5000)
show(lambda: "{:d}".format(10**5000))
show(lambda: hash(10**100000))
