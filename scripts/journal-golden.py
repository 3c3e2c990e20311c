#!/usr/bin/env python3
"""Encodes a journal of two segments, version 2, from the description of the format alone.

    scripts/journal-golden.py > Tests/ExchangeTests/journal-golden.txt

It is written from Sources/Exchange/Exchange.docc/JournalFormat.md and shares nothing with the Swift
writer, which a test compares with it byte for byte. Each line of the output: a file's name, then
its bytes in hexadecimal.
"""

import hashlib
import struct

MAGIC, VERSION = b"COHJ", 2
PUBLISHED, USED, END = 1, 2, 3
RESPONSE, FEATURE = 0, 1
FLOAT32, FLOAT16 = 1, 2
BEFORE, AFTER, EVALUATION, ENSEMBLE, VALIDATION = range(5)

RUN = bytes(range(16))
CONFIGURATION = bytes(range(0x80, 0xA0))
SENDER, INCARNATION = "b", 0x1122334455667788


def crc32c(data):
    """Castagnoli, bit by bit: reflected polynomial 0x82F63B78."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def checked(data):
    return data + struct.pack("<I", crc32c(data))


def header(number, previous=b""):
    check = previous[-4:] or bytes(4)
    return checked(struct.pack(
        "<4sHH16s32s32sQI4sQ",
        MAGIC, VERSION, 0, RUN, CONFIGURATION, SENDER.encode(), INCARNATION, number, check,
        len(previous)))


def record(kind, body):
    return checked(checked(struct.pack("<II", len(body), kind)) + body)


def text(string):
    data = string.encode()
    return struct.pack("<H", len(data)) + data


def tensor(name, kind, shape, dtype, values):
    data = name.encode()
    descriptor = struct.pack("<BBBB", kind, dtype, len(shape), len(data)) + data
    descriptor += struct.pack(f"<{len(shape)}I", *shape)
    payload = struct.pack(f"<{len(values)}{'fe'[dtype - FLOAT32]}", *values)
    data = struct.pack("<H", len(descriptor)) + descriptor
    return data + struct.pack("<I", len(payload)) + payload


def published(epoch, step, phase, batch, tensors):
    return struct.pack("<IQBQH", epoch, step, phase, batch, len(tensors)) + b"".join(tensors)


def used(step, phase, teachers):
    return struct.pack("<QBH", step, phase, len(teachers)) + b"".join(teachers)


def taught(name, epoch, step, phase, body):
    digest = hashlib.sha256(body).digest()[:8]
    return text(name) + struct.pack("<BIQB", 1, epoch, step, phase) + digest


def late(name, body):
    return text(name) + b"\2" + body


def absent(name, reason):
    return text(name) + b"\0" + text(reason)


def main():
    assert crc32c(b"123456789") == 0xE3069283
    logits = tensor("logits", RESPONSE, [2, 3], FLOAT32, [0.5, -1.25, 3.0, 1e-20, -0.0, 65504.0])
    pooled = tensor("layer3", FEATURE, [2, 2], FLOAT16, [1.0, 2.0, 3.0, 4.0])
    first = published(0, 0, BEFORE, 0xFEDCBA9876543210, [logits, pooled])
    other = published(0, 0, BEFORE, 0xFEDCBA9876543210, [logits])
    second = published(3, 70000, VALIDATION, 1, [logits])
    begin = header(0) + record(PUBLISHED, first) + record(USED, used(0, AFTER, [
        taught("a", 0, 0, BEFORE, other), late("c", other), absent("état", "nothing came")]))
    end = header(1, begin) + record(PUBLISHED, second) + record(END, struct.pack("<Q", 70000))
    for number, data in enumerate([begin, end]):
        print(f"segment-{number:08}.cohj", data.hex())


if __name__ == "__main__":
    main()
