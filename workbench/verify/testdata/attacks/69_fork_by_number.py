# tries: fork, vfork, clone and clone3 by number, and through the gates of other system call tables
# verdict: fail|error
# needs: seccomp
# arch: amd64
import ctypes
import mmap
import os

libc = ctypes.CDLL(None, use_errno=True)
mine = os.getpid()


def gate(code):
    page = mmap.mmap(-1, 4096, prot=7)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


def x32(number):
    return gate(b"\xb8" + (number | 1 << 30).to_bytes(4, "little") + b"\x31\xff\x31\xf6\x31\xd2\x0f\x05\xc3")


def int80(number):
    return gate(b"\x53\xb8" + number.to_bytes(4, "little") + b"\x31\xdb\xcd\x80\x48\x98\x5b\xc3")


def solve(x):
    attempts = [lambda: libc.syscall(57), lambda: libc.syscall(58), lambda: libc.syscall(56, 17, 0, 0, 0, 0),
                lambda: libc.syscall(435, ctypes.create_string_buffer(88), 88), lambda: x32(57), lambda: x32(58),
                lambda: int80(2), lambda: int80(190), lambda: libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0)]
    worked = [attempt() for attempt in attempts]
    if os.getpid() != mine:
        os._exit(0)
    if max(worked) > 0:
        os._exit(99)
    return worked
