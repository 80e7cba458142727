# odd: is wrapped by a decorator
# entry: add
# tier: value
# test: assert add(1, 2) == 6
import functools


def twice(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return 2 * function(*args, **kwargs)

    return wrapper


@twice
def add(a, b):
    return a + b
