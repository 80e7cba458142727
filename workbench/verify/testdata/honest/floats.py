# odd: infinities, negative zero and sums that are not exact
# entry: f
# tier: value
# test: assert f(1) == float("inf")
# test: assert f(2) == 0.0
# test: assert abs(f(3) - 0.3) < 1e-9
# test: assert f(4) != f(4)
def f(n):
    return {1: float("inf"), 2: -0.0, 3: 0.1 + 0.2, 4: float("nan")}[n]
