"""Makes, in the directory given, this interpreter again without _ctypes."""

import os
import shutil
import sys

there = sys.argv[1]
library = os.path.dirname(os.__file__)
copy = os.path.join(there, "lib", os.path.basename(library))
os.makedirs(os.path.join(copy, "lib-dynload"))
os.makedirs(os.path.join(there, "bin"))
for inside in "", "lib-dynload":
    for name in os.listdir(os.path.join(library, inside)):
        if name != "lib-dynload" and not name.startswith("_ctypes"):
            os.symlink(os.path.join(library, inside, name), os.path.join(copy, inside, name))
shutil.copy(os.path.realpath(sys.executable), os.path.join(there, "bin", "python3"))
