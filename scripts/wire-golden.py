#!/usr/bin/env python3
"""Encodes one message of every kind in Cohort's wire format, version 1, from its description alone.

    scripts/wire-golden.py > Tests/ExchangeTests/golden.txt

It is written from Sources/Exchange/Exchange.docc/WireFormat.md and shares nothing with the Swift
codec, which a test compares with it byte for byte. A learner of another framework can start from
it.
Each line of the output: the message's name, then its frames in hexadecimal ("-" for an empty one).
"""

import hashlib
import math
import struct

MAGIC, VERSION = b"COHX", 1
KINDS = {
    "hello": 1, "welcome": 2, "refuse": 3, "knowledge": 4, "acknowledge": 5, "alive": 6,
    "end": 7, "ended": 8, "leave": 9, "register": 10, "roster": 11,
    "need": 12, "checkpoint": 13,
}
RESPONSE, FEATURE, RELATION, SUM, INPUTS, ADJOINT = 0, 1, 2, 3, 4, 5
FLOAT32, FLOAT16, INT8, TOP_K, FIXED_POINT, BYTES = 1, 2, 3, 4, 5, 6

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


def text(string):
    data = string.encode()
    return struct.pack("<H", len(data)) + data


def single(value):
    """The nearest single-precision number."""
    return struct.unpack("<f", struct.pack("<f", value))[0]


def float32(values, shape):
    return struct.pack(f"<{len(values)}f", *values)


def float16(values, shape):
    return struct.pack(f"<{len(values)}e", *(min(max(x, -65504.0), 65504.0) for x in values))


def fixed_point(values, shape):
    return struct.pack(f"<{len(values)}q", *(round(x * 2**40) for x in values))


def bytes_of(tables):
    """Stored bytes behind a table of 256 values for each channel."""
    def encode(values, shape):
        flat = [value for table in tables for value in table]
        return struct.pack(f"<{len(flat)}f", *flat) + bytes(values)
    return encode


def int8(values, shape):
    width = len(values) // shape[0]
    rows = [values[start:start + width] for start in range(0, len(values), width)]
    scales = [single(max(abs(x) for x in row) / 127) for row in rows]
    numbers = [round(x / s) if s else 0 for row, s in zip(rows, scales) for x in row]
    return struct.pack(f"<{len(scales)}f{len(numbers)}b", *scales, *numbers)


def top_k(k, temperature=None):
    def encode(values, shape):
        classes = shape[-1]
        data = struct.pack("<I", min(k, classes))
        for start in range(0, len(values), classes):
            row = values[start:start + classes]
            order = sorted(range(classes), key=lambda index: -row[index])
            kept, rest = sorted(order[:k]), [row[index] for index in order[k:]]
            data += struct.pack("<f", tail(rest, temperature))
            data += b"".join(struct.pack("<If", index, row[index]) for index in kept)
        return data

    return encode


def tail(values, temperature):
    if not values:
        return 0.0
    if temperature is None:
        return sum(values) / len(values)
    return temperature * math.log(sum(math.exp(x / temperature) for x in values) / len(values))


def tensor(name, kind, shape, values, dtype=FLOAT32, encode=float32):
    """The two frames of one tensor."""
    data = name.encode()
    descriptor = struct.pack("<BBBB", kind, dtype, len(shape), len(data)) + data
    descriptor += struct.pack(f"<{len(shape)}I", *shape)
    return [descriptor, encode(values, shape)]


def message(
    kind, body=b"", tensors=(), epoch=0, step=0, phase=0, batch=0, used=0, sender=SENDER
):
    """The frames of one message."""
    rest = [body] + [frame for pair in tensors for frame in pair]
    fields = struct.pack(
        "<4sHBB16s32s32sQIIQQI",
        MAGIC, VERSION, KINDS[kind], phase, RUN, CONFIGURATION, sender.encode(), INCARNATION,
        epoch, len(tensors), step, batch, used,
    )
    checksum = crc32c(fields + b"".join(rest))
    return [fields + struct.pack("<I", checksum)] + rest


def main():
    assert crc32c(b"123456789") == 0xE3069283
    key = bytes(range(0x40, 0x60))
    logits = tensor("logits", RESPONSE, [2, 3], [0.5, -1.25, 3.0, 1e-20, -0.0, 65504.0])
    pooled = tensor("layer3", FEATURE, [2, 1, 2], [1.0, 2.0, 3.0, 4.0])
    pairs = tensor("features", RELATION, [2, 2], [1.0, 0.25, 0.25, 1.0])
    halves = tensor(
        "layer3", FEATURE, [2, 4], [1.0, 0.1, 1e5, -0.0, 6e-8, 1e-9, 2049.0, -65504.0],
        FLOAT16, float16)
    bytewise = tensor(
        "logits", RESPONSE, [3, 3], [0.5, -1.25, 3.0, 0.0, 0.0, 0.0, 1e-3, -1e-3, 7e-4], INT8, int8)
    sparse = tensor(
        "logits", RESPONSE, [2, 5], [0.5, 3.0, -1.0, 3.0, 2.0, 0.0, 1.0, 2.0, 3.0, 4.0],
        TOP_K, top_k(2, temperature=2.0))
    shares = tensor(
        "probabilities", RESPONSE, [1, 5], [0.125, 0.5, 0.0625, 0.25, 0.0625], TOP_K, top_k(3))
    whole = tensor("logits", RESPONSE, [1, 3], [0.5, -1.25, 3.0], TOP_K, top_k(5, temperature=1.0))
    # Of two samples in two classes, by two learners: 0.75 and 0.5, 0.25 and 1 for the first class.
    negative_entropies = [
        sum(p * math.log(p) for q in learners for p in (q, 1 - q) if 0 < p < 1)
        for learners in ([0.75, 0.5], [0.25, 1.0])]
    total = tensor(
        "probability-sum@4", SUM, [2, 3],
        [1.25, 0.75, negative_entropies[0], 1.25, 0.75, negative_entropies[1]], FIXED_POINT,
        fixed_point)
    stored = tensor(
        "inputs@t", INPUTS, [2, 2, 1, 2], [0, 255, 7, 8, 1, 2, 128, 9], BYTES,
        bytes_of([[x / 2 for x in range(256)], [-x for x in range(256)]]))
    pixels = tensor(
        "inputs@t-1", INPUTS, [1, 1, 2, 2], [0.5, -1.25, 1e-9, 3.0])
    made = tensor("samples@g", INPUTS, [2, 1, 1, 2], [0.5, -1.25, 3.0, 1e-9])
    adjoint = tensor("adjoint@b/logits", ADJOINT, [2, 3], [0.5, -1.25, 3.0, 1e-20, -0.0, 1e-9])
    returned = tensor("adjoint@g/samples@g", ADJOINT, [2, 1, 1, 2], [1e-3, -0.0, 2.0, -1.0])
    place = dict(epoch=3, step=70000, phase=1, batch=0xFEDCBA9876543210)
    golden = {
        "hello": message(
            "hello",
            struct.pack("<IQ", 10, 0x0123456789ABCDEF)
            + text(
                "cohort 0.1\nlabels=1122334455667788\ntest-samples=99aabbccddeeff00\nsteps=600")),
        "hello-inputs": message(
            "hello",
            struct.pack("<IQ", 10, 0x0123456789ABCDEF) + text("cohort 0.1\ninputs=bytes 2x1x2")),
        "welcome": message("welcome"),
        "refuse": message(
            "refuse", struct.pack("<H", 3) + text("the settings of 'a' are others\nseed=1\n")),
        "knowledge": message("knowledge", tensors=[logits], **place),
        "knowledge-many": message("knowledge", tensors=[logits, pooled, pairs], **place),
        "knowledge-none": message("knowledge", **place),
        "knowledge-fp16": message("knowledge", tensors=[halves], **place),
        "knowledge-int8": message("knowledge", tensors=[bytewise], **place),
        "knowledge-top-k": message("knowledge", tensors=[sparse, shares, whole], **place),
        "knowledge-sum": message("knowledge", tensors=[total], used=69999, **place),
        "knowledge-inputs": message(
            "knowledge", tensors=[stored, pixels], epoch=3, step=70000, phase=193,
            batch=0xFEDCBA9876543210),
        "knowledge-made": message(
            "knowledge", tensors=[made], epoch=3, step=70000, phase=192,
            batch=int.from_bytes(hashlib.sha256(made[1]).digest()[:8], "little")),
        "knowledge-adjoint": message(
            "knowledge", tensors=[adjoint], epoch=3, step=70000, phase=128,
            batch=0xFEDCBA9876543210),
        "knowledge-returned-adjoint": message(
            "knowledge", tensors=[returned], epoch=3, step=70000, phase=129,
            batch=0xFEDCBA9876543210),
        "knowledge-validation": message(
            "knowledge", tensors=[logits], epoch=3, step=70000, phase=4, batch=1),
        "acknowledge": message("acknowledge", step=70000, phase=2),
        "alive": message("alive"),
        "end": message("end", step=599, phase=2),
        "ended": message("ended", step=599, phase=2),
        "leave": message("leave", text("interrupted — état 2")),
        "need": message("need", step=70000, phase=1),
        "checkpoint": message("checkpoint", step=69000),
        "register": message("register", text("tcp://127.0.0.1:40001") + key),
        "roster": message(
            "roster",
            struct.pack("<H", 2)
            + text("a") + text("ipc:///tmp/c/inbox") + bytes(32)
            + text("b") + text("tcp://10.0.0.2:40001") + key,
            sender="rendezvous"),
        "longest-name": message("alive", sender="x" * 32),
    }
    for name, frames in golden.items():
        print(name, *(frame.hex() or "-" for frame in frames))


if __name__ == "__main__":
    main()
