# odd: returns a complex number
# entry: root
# tier: value
# test: assert root() == 1j
# test: assert abs(root()) == 1.0
def root():
    return complex(0, 1)
