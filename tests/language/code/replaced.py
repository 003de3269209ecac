# differs: the instructions are Ouroboros's own
# code.replace() with nonsense: ValueError before it runs, never a crash.
import marshal

def victim(a, b=2):
    for i in range(3):
        try:
            a += i
        except TypeError as e:
            with e:
                return [x for x in a if x]
    return a, b

F = type(victim)
code = victim.__code__

def attempt(**changes):
    try:
        F(code.replace(**changes), {})(1)
        return True
    except ValueError:
        return False
    except Exception:
        return True

print(attempt(), attempt(co_stacksize=code.co_stacksize + 5))
print(attempt(co_code=code.co_code[:-8]), attempt(co_consts=()), attempt(co_names=()), attempt(co_stacksize=0))
print(attempt(co_code=b'\xff' * 8), attempt(co_exceptiontable=b'\0' * 16), attempt(co_exceptiontable=b'\xff' * 16))
print(attempt(co_exceptiontable=b'abc'), attempt(co_code=b''), attempt(co_code=b'12345'))
seed, rejected, ran = 12345, 0, 0
for round in range(3000):
    data = bytearray(code.co_code)
    for change in range(1 + round % 3):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        at = (seed >> 8) % len(data)
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        data[at] = (seed >> 8) & 255 if round % 2 else data[at] ^ 1 << (seed >> 8) % 8
    try:
        f = F(code.replace(co_code=bytes(data)), {'range': range})
    except ValueError:
        rejected += 1
    else:
        ran += 1
print(rejected + ran, rejected > 1500)
