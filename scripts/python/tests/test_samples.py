"""The cohort's samples as `cohort check --samples` writes them, and as this package reads them."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

import cohort
from cohort.digests import identity

from . import support

LEARNERS = """
training: {steps: 4, batch: 8}
learners:
  a: {model: mlp}
  p: {external: true}
teaching:
  - mutual: [a, p]
exchange: {transport: tcp}
"""


def written(place: Path, data: str) -> cohort.DataSet:
    """The samples of a configuration, which are those of its plan."""
    (place / "cohort.yaml").write_text(f"data: {data}\n{LEARNERS}")
    done = support.program("check", "cohort.yaml", "--samples", "samples", cwd=place)
    assert done.returncode == 0 and "as arrays of NumPy" in done.stderr, done.stderr
    return cohort.DataSet.load(place / "samples")


def plan(place: Path, words: list[str] | None = None) -> cohort.Plan:
    text = (place / "cohort.yaml").read_text()
    return support.plan(place, text, "p", words or [])


def test_digits_are_those_of_the_package(tmp_path: Path) -> None:
    found, known = written(tmp_path, "{set: digits}"), cohort.digits(support.DIGITS)
    found.check(plan(tmp_path).data)
    assert (found.images == known.images).all() and (found.labels == known.labels).all()
    assert found.test_images is not None and found.test_labels is not None
    assert (found.test_images == known.test_images).all()
    assert (found.test_labels == known.test_labels).all()


def test_each_view_is_there(tmp_path: Path) -> None:
    written(tmp_path, "{set: satellite}")
    for view in ("visible", "infrared"):
        found = cohort.DataSet.load(tmp_path / "samples", view=view)
        found.check(plan(tmp_path, [f"learners.p.view={view}", f"learners.a.view={view}"]).data)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(pixels: np.ndarray) -> bytes:
    height, width = pixels.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = np.pad(pixels, ((0, 0), (1, 0))).tobytes()
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_pictures_of_a_folder_are_there_with_their_classes(tmp_path: Path) -> None:
    generator = np.random.default_rng(1)
    for name, light in (("bright", 200), ("dark", 20)):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for index in range(10):
            pixels = generator.integers(light, light + 40, (9, 9)).astype(np.uint8)
            (tmp_path / "pictures" / name / f"{index}.png").write_bytes(picture(pixels))
    options = "{folder: pictures, size: 4, color: grey, cache: cache}"
    found = written(tmp_path, f"{{set: images, options: {options}}}")
    found.check(plan(tmp_path).data)
    assert (tmp_path / "samples/classes.txt").read_text() == "bright\ndark\n"
    assert found.images.shape == (16, 1, 4, 4) and found.test_images is not None
    assert ((found.images.mean(axis=(1, 2, 3)) < 100) == (found.labels == 1)).all()


def test_the_identity_of_images_is_read_a_part_at_a_time() -> None:
    images = np.random.default_rng(1).integers(0, 256, (2500, 2, 3, 4)).astype(np.uint8)
    head = struct.pack("<4Q", *images.shape)
    assert identity(images) == hashlib.sha256(head + images.tobytes()).digest()
    floats = images.astype(np.float32)
    assert identity(floats) == hashlib.sha256(head + floats.astype("<f4").tobytes()).digest()


def test_a_missing_folder_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(cohort.MissingFile, match="cohort check CONFIG --samples"):
        cohort.DataSet.load(tmp_path / "nowhere")
