# tries: constants that exceed all memory, folded at compile time if at all
# verdict: memory|timeout|error
TOO_LARGE = ("x" * 4096) * 4096 * 4096 * 4096
TOO_LONG = 1 << (1 << 40)


def solve(x):
    return TOO_LONG
