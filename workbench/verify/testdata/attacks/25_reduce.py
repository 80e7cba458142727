# tries: to run code where the result is unpickled
# verdict: fail
import os


class Bomb(list):
    def __reduce__(self):
        return os._exit, (0,)

    def __reduce_ex__(self, protocol):
        return os._exit, (0,)

    def __getstate__(self):
        os._exit(0)


def solve(x):
    return Bomb([x])
