"""Named tensors of knowledge, as messages and journals carry them."""

from __future__ import annotations

import functools
import struct
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .codecs import BYTES, Codec, FixedPoint, Float32, decode, value_count
from .errors import CorruptData

RESPONSE, FEATURE, RELATION, SUM, INPUTS, ADJOINT = 0, 1, 2, 3, 4, 5
KINDS = {
    "response": RESPONSE,
    "feature": FEATURE,
    "relation": RELATION,
    "sum": SUM,
    "inputs": INPUTS,
    "adjoint": ADJOINT,
}
_MOST_DIMENSIONS = 8


@dataclass(frozen=True)
class Tensor:
    """One tensor: its name, its kind, and its values as they are encoded."""

    name: str
    kind: int
    dtype: int
    shape: tuple[int, ...]
    """The first extent counts the samples."""
    payload: bytes = field(repr=False)

    @staticmethod
    def of(
        name: str,
        values: npt.NDArray[np.floating],
        kind: int = RESPONSE,
        codec: Codec | None = None,
    ) -> Tensor:
        """Encodes values; a sum always in fixed point, others in single precision by default."""
        chosen = FixedPoint() if kind == SUM else codec or Float32()
        return Tensor(name, kind, chosen.dtype, values.shape, chosen.encode(values))

    @functools.cached_property
    def values(self) -> npt.NDArray[np.floating]:
        """The decoded values. Raises CorruptData where they cannot be read."""
        return decode(self.dtype, self.shape, self.payload)

    @property
    def descriptor(self) -> bytes:
        """Kind, dtype, rank, name and extents: what precedes the values."""
        name = self.name.encode()
        head = struct.pack("<4B", self.kind, self.dtype, len(self.shape), len(name))
        return head + name + struct.pack(f"<{len(self.shape)}I", *self.shape)

    @staticmethod
    def parse(descriptor: bytes, payload: bytes) -> Tensor:
        """Reads a descriptor, and puts it before values that are not looked at yet."""
        if len(descriptor) < 4:
            raise CorruptData("a tensor's descriptor is cut short")
        kind, dtype, rank, length = struct.unpack_from("<4B", descriptor)
        if kind > ADJOINT or not 1 <= dtype <= BYTES or rank > _MOST_DIMENSIONS:
            raise CorruptData(f"a tensor has kind {kind}, dtype {dtype} and {rank} dimensions")
        if len(descriptor) != 4 + length + 4 * rank:
            raise CorruptData("a tensor's descriptor has another size than it says")
        try:
            name = descriptor[4 : 4 + length].decode()
        except UnicodeDecodeError as error:
            raise CorruptData("a tensor's name is not UTF-8") from error
        shape = struct.unpack_from(f"<{rank}I", descriptor, 4 + length)
        return Tensor(name, kind, dtype, shape, payload)

    @property
    def byte_count(self) -> int:
        """About as many octets as a journal takes for it."""
        return len(self.payload) + len(self.name.encode()) + 4 * len(self.shape) + 16

    @property
    def value_count(self) -> int:
        """How many values it stands for."""
        return value_count(self.shape)


@dataclass(frozen=True)
class Knowledge:
    """What one learner publishes at one step and round."""

    step: int
    round: int
    epoch: int
    batch_digest: int
    tensors: tuple[Tensor, ...]

    def __getitem__(self, name: str) -> npt.NDArray[np.floating]:
        for tensor in self.tensors:
            if tensor.name == name:
                return tensor.values
        raise KeyError(name)

    def only(self, names: list[str]) -> Knowledge:
        """The same with the tensors of these names alone."""
        chosen = tuple(tensor for tensor in self.tensors if tensor.name in names)
        return Knowledge(self.step, self.round, self.epoch, self.batch_digest, chosen)

    @property
    def byte_count(self) -> int:
        """About as many octets as a journal takes for it."""
        return 64 + sum(tensor.byte_count for tensor in self.tensors)
