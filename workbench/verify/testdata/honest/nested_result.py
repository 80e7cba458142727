# odd: returns a nest of fifty lists
# entry: nest
# test: assert str(nest(50)).count("[") == 51
def nest(n):
    result = []
    for _ in range(n):
        result = [result]
    return result
