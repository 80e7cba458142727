# odd: returns None, True and False themselves
# entry: f
# tier: value
# test: assert f(1) is None
# test: assert f(2) is True
# test: assert f(3) is False
# test: assert not f(3)
def f(n):
    return {2: True, 3: False}.get(n)
