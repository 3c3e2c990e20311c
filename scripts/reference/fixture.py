"""A fixture file: named cases, each a few tensors and the options it was computed with."""

import zlib

import torch
from safetensors.torch import save_file


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
        save_file(self.tensors, path, metadata=self.metadata)


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
