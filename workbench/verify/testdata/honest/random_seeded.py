# odd: draws random numbers from its own seed
# entry: draw
# tier: value
# test: assert draw(1) == draw(1)
# test: assert 0 <= draw(2) < 100
import random


def draw(seed):
    return random.Random(seed).randrange(100)
