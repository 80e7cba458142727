# odd: context managers and finally clauses
# entry: steps
# tier: value
# test: assert steps() == ["in", "body", "out", "finally"]
from contextlib import contextmanager

log = []


@contextmanager
def around():
    log.append("in")
    yield
    log.append("out")


def steps():
    try:
        with around():
            log.append("body")
    finally:
        log.append("finally")
    return log
