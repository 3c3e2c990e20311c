"""The encodings of values: how a tensor's numbers travel."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from .errors import CorruptData

FLOAT32, FLOAT16, INT8, TOP_K, FIXED_POINT, BYTES = 1, 2, 3, 4, 5, 6
UNITS = 2.0**40
"""How many units of a fixed-point number are 1."""
_MOST_SPARSE_VALUES = 1 << 25

Floats = npt.NDArray[np.float32]


class Codec(Protocol):
    """Encodes a tensor's values, an array whose first dimension counts the samples."""

    dtype: int

    def encode(self, values: Floats) -> bytes:
        """The octets that travel."""
        ...


class Float32:
    """Single precision: exact."""

    dtype = FLOAT32

    def encode(self, values: Floats) -> bytes:
        """Four octets a value."""
        return np.ascontiguousarray(values, dtype="<f4").tobytes()


class Float16:
    """Half precision; a finite value beyond ±65504 becomes ±65504."""

    dtype = FLOAT16

    def encode(self, values: Floats) -> bytes:
        """Two octets a value, rounded to nearest, ties to even."""
        limited = np.where(np.isfinite(values), np.clip(values, -65504, 65504), values)
        return limited.astype("<f2").tobytes()


class Int8:
    """A scale for each sample, and whole numbers from -127 to 127."""

    dtype = INT8

    def encode(self, values: Floats) -> bytes:
        """A scale of four octets for each sample, then one octet a value."""
        rows = values.reshape(len(values), -1).astype(np.float32)
        most = np.abs(rows).max(axis=1, initial=0)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            scales = (most / np.float32(127)).astype(np.float32)
            exceeds = np.isfinite(most) & ~np.isfinite(scales * np.float32(127))
            scales = np.where(exceeds, np.nextafter(scales, np.float32(0)), scales)
            scales = np.where(np.isfinite(rows).all(axis=1), scales, np.float32(np.nan))
            numbers = np.rint((rows / scales[:, None]).astype(np.float32))
        numbers = np.where(np.isfinite(numbers), numbers, 0).clip(-127, 127)
        return scales.astype("<f4").tobytes() + numbers.astype("i1").tobytes()


class TopK:
    """The k largest values of each row, and one value for the tail."""

    dtype = TOP_K

    def __init__(self, k: int, temperature: float | None = None) -> None:
        if k < 1:
            raise ValueError("top-k keeps one value at least")
        self.k = k
        self.temperature = temperature
        """Of logits: the tail keeps its mass at this temperature. None keeps the mean."""

    def encode(self, values: Floats) -> bytes:
        """How many are kept, then each row: its tail, and its entries with ascending indices."""
        classes = values.shape[-1]
        rows = values.reshape(-1, classes).astype(np.float32)
        kept = min(self.k, classes)
        chosen = np.sort(np.argsort(-rows, axis=1, kind="stable")[:, :kept], axis=1)
        entry = np.dtype([("index", "<u4"), ("value", "<f4")])
        row = np.dtype([("tail", "<f4"), ("entries", entry, (kept,))])
        encoded = np.empty(len(rows), dtype=row)
        encoded["tail"] = self._tails(rows, chosen)
        encoded["entries"]["index"] = chosen
        encoded["entries"]["value"] = np.take_along_axis(rows, chosen, axis=1)
        return struct.pack("<I", kept) + encoded.tobytes()

    def _tails(self, rows: Floats, chosen: npt.NDArray[np.intp]) -> Floats:
        count = rows.shape[1] - chosen.shape[1]
        if count == 0:
            return np.zeros(len(rows), dtype=np.float32)
        rest = np.ones(rows.shape, dtype=bool)
        np.put_along_axis(rest, chosen, False, axis=1)
        values = rows[rest].reshape(len(rows), count).astype(np.float64)
        if self.temperature is None:
            tails = values.mean(axis=1)
        else:
            scaled = values / self.temperature
            most = scaled.max(axis=1, keepdims=True)
            mean = np.exp(scaled - most).mean(axis=1)
            tails = self.temperature * (np.log(mean) + most[:, 0])
        tails = np.where(np.isfinite(values).all(axis=1), tails, np.nan)
        return tails.astype(np.float32)


class FixedPoint:
    """Whole numbers in units of 2^-40: sums of learners, in any order the same."""

    dtype = FIXED_POINT

    def encode(self, values: npt.NDArray[np.floating]) -> bytes:
        """Eight octets a value."""
        return np.rint(values.astype(np.float64) * UNITS).astype("<i8").tobytes()


class Bytes:
    """Stored bytes N×C×…, and for each channel the 256 values that they stand for: exact."""

    dtype = BYTES

    def __init__(self, table: Floats) -> None:
        self.table = table
        """C×256."""

    def encode(self, values: npt.NDArray[np.uint8]) -> bytes:
        """The table in single precision, then an octet a value."""
        if self.table.shape != (values.shape[1], 256):
            raise ValueError(f"a row of 256 values for each of {values.shape[1]} channels")
        return self.table.astype("<f4").tobytes() + values.astype(np.uint8).tobytes()


def codec_of(name: str) -> Codec:
    """The codec that the part of a tensor's name behind the colon names; "" for single precision.

    `fp16`, `int8`, `top-k=5`, and of logits `top-k=5@4`.
    """
    if name in ("", "fp32"):
        return Float32()
    if name == "fp16":
        return Float16()
    if name == "int8":
        return Int8()
    if name.startswith("top-k="):
        k, _, temperature = name.removeprefix("top-k=").partition("@")
        return TopK(int(k), float(temperature) if temperature else None)
    raise ValueError(f"unknown codec '{name}'; known are fp32, fp16, int8 and top-k=K")


def value_count(shape: Sequence[int]) -> int:
    """How many values a tensor of a shape has."""
    count = 1
    for extent in shape:
        count *= extent
    return count


def decode(dtype: int, shape: Sequence[int], data: bytes) -> npt.NDArray[np.floating]:
    """The values of a tensor as float32; those of a sum as float64.

    Raises CorruptData where the octets are not what the shape demands. Nothing larger than the
    message is allocated before that is known, but for top-k's 2^25 values at most.
    """
    count = value_count(shape)
    if dtype in (FLOAT32, FLOAT16, FIXED_POINT):
        form = {FLOAT32: "<f4", FLOAT16: "<f2", FIXED_POINT: "<i8"}[dtype]
        _require(len(data) == count * int(form[2]), "values", data)
        values = np.frombuffer(data, dtype=form).reshape(shape)
        if dtype == FIXED_POINT:
            return values.astype(np.float64) / UNITS
        return values.astype(np.float32)
    if dtype == INT8:
        return _decode_int8(shape, count, data)
    if dtype == TOP_K:
        return _decode_top_k(shape, count, data)
    if dtype == BYTES:
        return _decode_bytes(shape, count, data)
    raise CorruptData(f"values have the unknown dtype {dtype}")


def _require(holds: bool, what: str, data: bytes) -> None:
    if not holds:
        raise CorruptData(f"the {what} do not have the {len(data)} octets of their frame")


def _decode_int8(shape: Sequence[int], count: int, data: bytes) -> Floats:
    samples = shape[0] if shape else 0
    _require(len(data) == 4 * samples + count, "int8 values", data)
    scales = np.frombuffer(data, dtype="<f4", count=samples)
    numbers = np.frombuffer(data, dtype="i1", offset=4 * samples).astype(np.float32)
    rows: Floats = numbers.reshape(samples, -1) * scales[:, None]
    return rows.astype(np.float32).reshape(shape)


def _decode_bytes(shape: Sequence[int], count: int, data: bytes) -> Floats:
    channels = shape[1] if len(shape) > 1 else 1
    _require(len(data) == 1024 * channels + count, "bytes and their tables", data)
    table = np.frombuffer(data, dtype="<f4", count=256 * channels).reshape(channels, 256)
    stored = np.frombuffer(data, dtype=np.uint8, offset=1024 * channels)
    if count == 0:
        return np.zeros(shape, dtype=np.float32)
    rows = stored.reshape(shape[0] if shape else 1, channels, -1)
    values = table.astype(np.float32)[np.arange(channels)[:, None], rows]
    return np.ascontiguousarray(values.reshape(shape))


def _decode_top_k(shape: Sequence[int], count: int, data: bytes) -> Floats:
    _require(len(shape) > 0 and len(data) >= 4, "top-k values", data)
    classes = shape[-1]
    kept = struct.unpack_from("<I", data)[0]
    if count > _MOST_SPARSE_VALUES:
        raise CorruptData(f"top-k stands for {count} values, more than {_MOST_SPARSE_VALUES}")
    rows = count // classes if classes else 0
    _require(kept <= classes and len(data) == 4 + (4 + 8 * kept) * rows, "top-k values", data)
    entry = np.dtype([("index", "<u4"), ("value", "<f4")])
    row = np.dtype([("tail", "<f4"), ("entries", entry, (kept,))])
    encoded = np.frombuffer(data, dtype=row, offset=4)
    indices = encoded["entries"]["index"].astype(np.int64).reshape(rows, kept)
    if (indices >= classes).any() or (np.diff(indices, axis=1) <= 0).any():
        raise CorruptData("top-k has indices that do not ascend within their row")
    values = np.repeat(encoded["tail"].astype(np.float32)[:, None], classes, axis=1)
    np.put_along_axis(values, indices, encoded["entries"]["value"].reshape(rows, kept), axis=1)
    return values.reshape(shape)
