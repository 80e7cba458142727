# tries: to raise every limit
# verdict: fail|error
# needs: rlimits identity
import os
import resource


def solve(x):
    worked = []
    for name in dir(resource):
        if name.startswith("RLIMIT_"):
            kind = getattr(resource, name)
            _, most = resource.getrlimit(kind)
            for limit in ((resource.RLIM_INFINITY,) * 2, (most, most + 1 if most >= 0 else most)):
                try:
                    if most != resource.RLIM_INFINITY:
                        resource.setrlimit(kind, limit)
                        worked.append(name)
                except (OSError, ValueError):
                    continue
    if worked:
        os._exit(99)
    return worked
