# odd: raises what the test expects
# entry: parse
# tier: split
# test: try:
# test+     parse("x")
# test+ except ValueError as error:
# test+     assert "x" in str(error)
# test+ else:
# test+     assert False
def parse(text):
    return int(text)
