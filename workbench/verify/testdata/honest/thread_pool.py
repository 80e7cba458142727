# odd: computes in a pool of threads
# entry: lengths
# tier: value
# test: assert lengths(["a", "bb"]) == [1, 2]
from concurrent.futures import ThreadPoolExecutor


def lengths(words):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(len, words))
