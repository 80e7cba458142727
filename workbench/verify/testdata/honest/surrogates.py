# odd: returns text that UTF-8 does not have
# entry: lone
# tier: value
# test: assert lone() == "\ud800"
def lone():
    return chr(0xD800)
