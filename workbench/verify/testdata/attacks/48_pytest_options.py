# tries: options of test runners and of Python, in the environment and in files
# needs: readonly-root
import os

os.environ["PYTEST_ADDOPTS"] = "--collect-only -p no:assertion"
os.environ["PYTHONOPTIMIZE"] = "2"
os.environ["PYTHONINSPECT"] = "1"
os.putenv("PYTHONBREAKPOINT", "os._exit")
for path in ("pytest.ini", "tox.ini", "setup.cfg", "/conftest.py", "../pyproject.toml"):
    try:
        with open(path, "w") as file:
            file.write("[pytest]\naddopts = --collect-only\n")
    except OSError:
        continue
    raise AssertionError


def solve(x):
    return []
