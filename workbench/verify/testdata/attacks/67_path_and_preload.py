# tries: a PATH, an LD_PRELOAD and a PYTHONSTARTUP for the next process
# needs: readonly-root
import ctypes
import os

libc = ctypes.CDLL(None)
for name, value in (("PATH", "/tmp/evil"), ("LD_PRELOAD", "/tmp/evil.so"), ("LD_LIBRARY_PATH", "/tmp"), ("LD_AUDIT", "/tmp/evil.so"),
                    ("PYTHONPATH", "/tmp"), ("PYTHONHOME", "/tmp"), ("PYTHONSTARTUP", "/tmp/evil.py")):
    os.environ[name] = value
    libc.setenv(name.encode(), value.encode(), 1)
for path in ("/tmp/evil/python3", "/tmp/evil.so", "/etc/ld.so.preload", "/etc/ld.so.cache"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"\x7fELF")
    except OSError:
        continue


def solve(x):
    return [os.environ["PATH"]]
