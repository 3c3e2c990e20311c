"""A fixture file: named cases, each a few tensors and the options it was computed with."""

import json
import struct
import zlib

import torch
from safetensors.torch import save


class Fixture:
    """Collects cases and writes them as one safetensors file.

    A case's tensors are named `case/tensor`; its options are the metadata entry `case`, written
    `key=value key=value`. Whole numbers are stored as I64, everything else as F32.
    """

    def __init__(self):
        self.tensors = {}
        self.metadata = {}

    def case(self, name, tensors, **options):
        self.metadata[name] = " ".join(f"{key}={value}" for key, value in options.items())
        for key, tensor in tensors.items():
            tensor = torch.as_tensor(tensor).detach()
            kind = torch.int64 if tensor.dtype == torch.int64 else torch.float32
            self.tensors[f"{name}/{key}"] = tensor.to(kind).contiguous().clone()

    def write(self, path):
        path.write_bytes(canonical(save(self.tensors, metadata=self.metadata)))


def canonical(encoded):
    """The same file with its metadata sorted, so that the same numbers give the same bytes."""
    (size,) = struct.unpack("<Q", encoded[:8])
    header = json.loads(encoded[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + encoded[8 + size :]


class Numbers:
    """Random inputs of one case, from a generator seeded by the case's name.

    They are drawn in float32 and computed with in float64, so that both sides start from the
    same bits, and a case keeps its numbers when others are added.
    """

    def __init__(self, name):
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0):
        drawn = torch.randn(shape, generator=self.generator, dtype=torch.float32)
        return (drawn * scale).double()

    def positive(self, *shape):
        return torch.rand(shape, generator=self.generator, dtype=torch.float32).add(0.5).double()

    def labels(self, count, classes):
        return torch.randint(classes, (count,), generator=self.generator)

    def tokens(self, *shape, vocabulary):
        return torch.randint(vocabulary, shape, generator=self.generator).double()
