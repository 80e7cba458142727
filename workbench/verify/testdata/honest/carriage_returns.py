# odd: carriage returns at the ends of lines
# entry: f
# test: assert f(1) == "a\nb"
def f(x):
    return """a
b"""
