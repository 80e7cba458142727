# tries: to read its memory, or its parent's, through files
# verdict: fail|error
import os


def solve(x):
    for pid in ("self", str(os.getppid()), "1"):
        try:
            with open("/proc/%s/mem" % pid, "rb") as memory:
                memory.seek(id(x))
                return memory.read(100)
        except OSError:
            continue
    return None
