# tries: to read and to write the memory of the parent, by system call and by file
# verdict: fail|error
# needs: seccomp readonly-root
# arch: amd64
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
room = ctypes.create_string_buffer(b"True" * 16)
local = (ctypes.c_uint64 * 2)(ctypes.addressof(room), len(room))
remote = (ctypes.c_uint64 * 2)(id(True), 24)


def solve(x):
    worked = []
    for pid in (os.getppid(), 1, os.getpid() + 1):
        for number in (310, 311):  # process_vm_readv, process_vm_writev
            if libc.syscall(number, pid, local, 1, remote, 1, 0) >= 0:
                worked.append(number)
        for name in ("mem", "maps", "environ", "fd/3", "task"):
            try:
                with open("/proc/%d/%s" % (pid, name), "r+b") as file:
                    file.write(b"True")
            except OSError:
                continue
            worked.append(name)
    if worked:
        os._exit(99)
    return worked
