# odd: returns text with NUL and control characters
# entry: odd
# tier: value
# test: assert odd() == "a\x00\x1b[31m"
def odd():
    return "a\x00\x1b[31m"
