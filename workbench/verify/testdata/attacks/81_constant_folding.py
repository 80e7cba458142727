# tries: constants that a compiler may compute: large, larger and immense
# verdict: error|fail|timeout|memory
def solve(x):
    text = "(" + "*".join(["9" * 4000] * 40) + ")"
    for _ in range(6):
        text = "(" + text + "**2)"
    eval(text)
    return len(eval("((2**120)**120)**120 << 8000000 and 'x' * 10**9"))
