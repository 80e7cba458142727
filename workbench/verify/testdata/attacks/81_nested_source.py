# tries: parentheses, blocks and operators deeper than a compiler goes
# verdict: error|fail|crash|memory|timeout
SOURCES = ["(" * 100000 + ")" * 100000, "-" * 300000 + "1", "[" * 150 + "]" * 150, "+".join(["x"] * 200000), "lambda:" * 50000 + "0",
           "x" + ".x" * 200000, "f'" + "{x!r:" * 50 + "}" * 50 + "'", "x if x else " * 50000 + "x"]


def solve(x):
    return len(compile(SOURCES[x % len(SOURCES)], "<deep>", "eval").co_consts)
