# Sizes and numbers beyond all reason.
def outcome(function):
    try:
        return function()
    except Exception as error:
        return type(error).__name__


print(outcome(lambda: "ab" * 2**62), outcome(lambda: [0] * 2**60), outcome(lambda: (0,) * 2**61))
print(outcome(lambda: b"ab" * 2**62), outcome(lambda: bytearray(b"ab") * 2**62))
print(outcome(lambda: 1 << 2**62))
print(outcome(lambda: format(1, "9" * 20)))
print((-2**63) // -1, (-2**63) % -1, abs(-2**63), divmod(-2**63, -1))
print([1, 2, 3][-2**70:2**70], range(2**100)[-1], len(range(0, 10, 2**70)))
print(outcome(lambda: [1, 2, 3][2**70]))
print(outcome(lambda: str(10**10**5)), outcome(lambda: int("9" * 10**6)))
n = float("nan")
print({n: 1}.get(n), {n: 1}.get(float("nan")))
print(outcome(lambda: "x".ljust(2**62)), outcome(lambda: b"x".center(2**62)))
print(outcome(lambda: bytes(2**62)), outcome(lambda: bytearray(2**62)))
print(outcome(lambda: "\ud800".encode()))
print(outcome(lambda: chr(-1)), outcome(lambda: chr(0x110000)))
print(outcome(lambda: (2**31 - 1) ** -1) > 0, outcome(lambda: 0 ** -1))
print(2**1000 // 3**200 % 10**9, (7**500) % (2**521 - 1) % 10**12)
print(int("1" * 4300) % 1000007, outcome(lambda: int("1" * 4301)))
print(round(2.5), round(-3.5), round(1e300), round(12345, -2), 7 .__round__(-1))
print(1e308 * 10, -1e308 * 10, outcome(lambda: int(float("inf"))), outcome(lambda: 2.0 ** 5000))
