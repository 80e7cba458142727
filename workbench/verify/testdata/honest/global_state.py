# odd: counts its calls from test to test
# entry: call
# tier: value
# test: assert call() == 1
# test: assert call() == 2
calls = 0


def call():
    global calls
    calls += 1
    return calls
