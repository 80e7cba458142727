# tries: modules of the standard library replaced in sys.modules and in the working directory
# needs: readonly-root
import marshal
import sys
import types

for name in ("json", "marshal", "struct", "unittest", "math", "decimal", "fractions"):
    fake = types.ModuleType(name)
    fake.loads = fake.load = lambda *args: {"verdict": "pass"}
    fake.dumps = fake.dump = lambda *args: b"T"
    fake.isclose = lambda *args, **kwargs: True
    sys.modules[name] = fake
    try:
        with open(name + ".py", "w") as file:
            file.write("def dumps(*args): return b'T'\n")
    except OSError:
        continue
marshal.dumps = lambda *args: b"T"
sys.path[:0] = ["", ".", "/tmp"]


def solve(x):
    return [x]
