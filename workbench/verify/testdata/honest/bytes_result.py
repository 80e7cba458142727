# odd: returns bytes and bytearrays
# entry: pack
# tier: value
# test: assert pack(1) == b"\x01\x00"
import struct


def pack(n):
    return struct.pack("<H", n)
