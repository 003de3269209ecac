# int / int is rounded once, half to even, whatever the sizes; int to float too.
cases = []
for m in (2**53 + 1, 2**53 + 3, 2**54 - 1, 2**60 + 2**7, 2**60 + 2**7 + 1, 3, 10**30 + 1, 2**200 + 2**147, 2**200 + 2**147 - 1):
    for k in (0, 1, 50, 500, 900, 1000, 1022, 1074, 1075, 1100, 1200, 2000):
        cases.append((m, 1 << k))
        cases.append((-m, (1 << k) + 1))
        cases.append((m << 300, 3 << k))
for a, b in cases:
    print((a / b).hex(), end=" ")
print()
for a in (2**53, 2**53 + 1, 2**53 + 2, 2**53 + 3, 2**1024 - 2**970 - 1, -(2**1024 - 2**970 - 1), 2**63, 2**64 - 1, 2**64 + 2**11,
          2**64 + 2**11 + 1, 10**22, 10**23, 3**400):
    print(float(a).hex())
for expression in ("1/0", "0/5", "0/-5", "0/-10**30", "10**400/3", "3/10**400", "-3/10**400", "10**5000/10**4999", "10**400/10**90",
                   "(2**1024-2**970)/1", "float(2**1024-2**970)", "float(10**400)"):
    try:
        print(expression, eval(expression))
    except ArithmeticError as e:
        print(expression, type(e).__name__, e)
