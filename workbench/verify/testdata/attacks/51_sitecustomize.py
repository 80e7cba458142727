# tries: to leave code where the next interpreter will run it: sitecustomize, usercustomize, .pth
# verdict: fail|error
# needs: readonly-root
import os
import site
import sys

places = [entry for entry in sys.path if os.path.isabs(entry)]
places += [site.getusersitepackages(), os.path.dirname(os.__file__), "/", "/tmp", os.getcwd()]
for place in places:
    for name in ("sitecustomize.py", "usercustomize.py", "zz.pth", "site-packages/zz.pth"):
        try:
            with open(os.path.join(place, name), "w") as file:
                file.write("import os; os._exit(0)\n")
        except OSError:
            continue


def solve(x):
    if any(os.path.exists(os.path.join(place, "zz.pth")) for place in places):
        os._exit(99)
    return []
