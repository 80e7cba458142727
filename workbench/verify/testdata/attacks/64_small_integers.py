# tries: small integers that are all the same, in memory
# verdict: fail|error|crash|exit|timeout
import ctypes

six = ctypes.string_at(id(6) + 16, int.__basicsize__ - 16 + 4)
for number in (3, 4, 5, 7, 8, 9, 10):
    ctypes.memmove(id(number) + 16, six, len(six))


def solve(x):
    return [x, x, x]
