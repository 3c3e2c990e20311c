"""The encodings of values against the wire format's own encoder, a program of its own."""

from __future__ import annotations

import importlib.util
import struct
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from cohort.codecs import FixedPoint, Float16, Float32, Int8, TopK, codec_of, decode
from cohort.errors import CorruptData
from cohort.tensors import RESPONSE, Tensor


def golden_encoder() -> ModuleType:
    path = Path(__file__).parents[2] / "wire-golden.py"
    spec = importlib.util.spec_from_file_location("wire_golden", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ENCODER = golden_encoder()
GENERATOR = np.random.default_rng(7)
SHAPES = [(4, 10), (3, 7), (2, 3, 4, 5), (1, 1)]


def values_of(shape: tuple[int, ...]) -> np.ndarray:
    scale = 10.0 ** GENERATOR.integers(-3, 3, size=shape)
    return (GENERATOR.normal(size=shape) * scale).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_exact_and_half_and_fixed_point(shape: tuple[int, ...]) -> None:
    values = values_of(shape)
    numbers = values.ravel().tolist()
    assert Float32().encode(values) == ENCODER.float32(numbers, shape)
    assert Float16().encode(values) == ENCODER.float16(numbers, shape)
    assert FixedPoint().encode(values) == ENCODER.fixed_point(numbers, shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_int8(shape: tuple[int, ...]) -> None:
    values = values_of(shape)
    data = Int8().encode(values)
    scales = np.frombuffer(data, "<f4", count=shape[0])
    most = np.abs(values.reshape(shape[0], -1)).max(axis=1)
    assert (scales == most / np.float32(127)).all()
    error = np.abs(decode(3, shape, data) - values).reshape(shape[0], -1).max(axis=1)
    assert (error <= scales * 0.5001).all()


def test_int8_of_the_golden_values() -> None:
    numbers = [0.5, -1.25, 3.0, 0.0, 0.0, 0.0, 1e-3, -1e-3, 7e-4]
    values = np.array(numbers, np.float32).reshape(3, 3)
    assert Int8().encode(values) == ENCODER.int8(numbers, [3, 3])


@pytest.mark.parametrize("k", [1, 2, 5, 9])
@pytest.mark.parametrize("temperature", [None, 1.0, 4.0])
def test_top_k(k: int, temperature: float | None) -> None:
    values = values_of((6, 7))
    values[0, 3] = values[0, 5]
    data = TopK(k, temperature).encode(values)
    golden = ENCODER.top_k(k, temperature)(values.ravel().tolist(), [6, 7])
    kept = min(k, 7)
    row = np.dtype([("tail", "<f4"), ("entries", [("i", "<u4"), ("v", "<f4")], (kept,))])
    ours, theirs = (np.frombuffer(d, row, offset=4) for d in (data, golden))
    assert data[:4] == golden[:4] == struct.pack("<I", kept)
    assert (ours["entries"] == theirs["entries"]).all()
    np.testing.assert_allclose(ours["tail"], theirs["tail"], rtol=1e-6, atol=1e-7)
    decoded = decode(4, (6, 7), data)
    indices = ours["entries"]["i"].astype(int)
    assert (np.take_along_axis(decoded, indices, 1) == np.take_along_axis(values, indices, 1)).all()


@pytest.mark.parametrize(
    "codec", [Float32(), Float16(), Int8(), TopK(2, 1.0)], ids=lambda c: type(c).__name__
)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_not_hidden(
    codec: Float32 | Float16 | Int8 | TopK, bad: float
) -> None:
    values = np.ones((3, 5), np.float32)
    values[1, 4] = bad
    decoded = Tensor.of("logits", values, RESPONSE, codec).values
    assert not np.isfinite(decoded[1]).all()
    assert np.isfinite(decoded[[0, 2]]).all()


def test_int8_of_the_largest_numbers_stays_finite() -> None:
    values = np.full((1, 2), np.finfo(np.float32).max, np.float32)
    assert np.isfinite(decode(3, (1, 2), Int8().encode(values))).all()


@pytest.mark.parametrize(
    ("dtype", "shape", "data"),
    [
        (1, (2, 2), bytes(15)),
        (2, (2, 2), bytes(9)),
        (3, (2, 2), bytes(11)),
        (5, (2, 2), bytes(31)),
        (4, (1, 3), struct.pack("<IfIfIf", 2, 0, 1, 1, 1, 1)),
        (4, (1, 3), struct.pack("<IfIf", 1, 0, 3, 1)),
        (4, (1, 3), struct.pack("<I", 4)),
        (4, (1 << 20, 1 << 20), struct.pack("<I", 0)),
        (9, (1,), bytes(4)),
    ],
)
def test_values_that_do_not_fit_their_shape_are_refused(
    dtype: int, shape: tuple[int, ...], data: bytes
) -> None:
    with pytest.raises(CorruptData):
        decode(dtype, shape, data)


def test_codecs_by_name() -> None:
    assert isinstance(codec_of(""), Float32)
    assert isinstance(codec_of("fp16"), Float16)
    assert isinstance(codec_of("int8"), Int8)
    kept = codec_of("top-k=5@4")
    assert isinstance(kept, TopK) and kept.k == 5 and kept.temperature == 4
    assert codec_of("top-k=5").temperature is None  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="known are fp32"):
        codec_of("zip")
