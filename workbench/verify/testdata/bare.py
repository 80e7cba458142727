"""The limit that verification is measured against: fork, exec(code + tests), no isolation.

python bare.py FILE WORKERS: FILE has one JSON object per line with code and
tests; prints how many passed and the seconds that it took. It is as fast as such
a loop gets: modules are imported and the compiler is warm before the first fork.
"""

import gc
import json
import os
import sys
import time

import bisect, collections, copy, datetime, decimal, fractions, functools, heapq, itertools  # noqa: E401,F401
import math, operator, random, re, statistics, string, typing  # noqa: E401,F401


def judge(candidate):
    """Runs one candidate in a child; whether its tests passed."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            exec(compile(candidate["code"] + "\n" + candidate["tests"], "<candidate>", "exec"), {"__name__": "__main__"})
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def share(candidates, result):
    """One worker of several: judges its share and reports the number that passed."""
    passed = sum(judge(c) for c in candidates)
    os.write(result, b"%d\n" % passed)


def main():
    with open(sys.argv[1], encoding="utf-8", errors="surrogatepass") as lines:
        candidates = [json.loads(line) for line in lines]
    workers = int(sys.argv[2])
    for candidate in candidates[:50]:
        try:
            compile(candidate["code"], "<warming>", "exec")
        except SyntaxError:
            continue
    silence = os.open(os.devnull, os.O_RDWR)
    out = os.dup(1)
    for descriptor in (0, 1, 2):
        os.dup2(silence, descriptor)
    gc.collect()
    gc.freeze()
    began = time.perf_counter()
    read, write = os.pipe()
    for i in range(1, workers):
        if os.fork() == 0:
            share(candidates[i::workers], write)
            os._exit(0)
    share(candidates[0::workers], write)
    for _ in range(1, workers):
        os.wait()
    took = time.perf_counter() - began
    passed = sum(int(n) for n in os.read(read, 4096).split())
    os.write(out, b"%d %f\n" % (passed, took))


if __name__ == "__main__":
    main()
