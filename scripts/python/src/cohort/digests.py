"""Digests by which learners notice that they do not see the same samples."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

_PART = 1024


def _u64(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}Q", *numbers)


def batch_digest(samples: npt.ArrayLike) -> int:
    """The first 64 bits of the SHA-256 of a batch's sample numbers."""
    data = np.asarray(samples, dtype="<u8").tobytes()
    return int.from_bytes(hashlib.sha256(data).digest()[:8], "little")


def payload_digest(payload: bytes) -> int:
    """What identifies samples without numbers: the first 64 bits of the SHA-256 of their bytes."""
    return int.from_bytes(hashlib.sha256(payload).digest()[:8], "little")


def identity(images: npt.NDArray[np.uint8] | npt.NDArray[np.float32]) -> bytes:
    """The SHA-256 of a set of samples N×C×H×W, of bytes or float32; 32 bytes."""
    if images.ndim != 4:
        raise ValueError(f"a set of samples is N×C×H×W, not of shape {images.shape}")
    kind = "|u1" if images.dtype == np.uint8 else "<f4"
    hashed = hashlib.sha256(_u64(*images.shape))
    # A part at a time: the images may be more than fit into memory.
    for start in range(0, len(images), _PART):
        hashed.update(np.ascontiguousarray(images[start : start + _PART], dtype=kind).tobytes())
    return hashed.digest()


def views_identity(default: bytes, named: Mapping[str, bytes]) -> bytes:
    """The SHA-256 of data with named views, by the identities of the training set in each."""
    if not named:
        return default
    hashed = hashlib.sha256(b"cohort views 1" + default)
    for name, view in sorted((name.encode(), view) for name, view in named.items()):
        hashed.update(_u64(len(name)) + name + view)
    return hashed.digest()


def order_digest(
    set_identity: bytes,
    seed: int,
    stream: str,
    samples: npt.ArrayLike,
    batch: int,
    groups: tuple[int, npt.ArrayLike] | None = None,
) -> bytes:
    """The SHA-256 of what fixes which samples come at which step; 32 bytes.

    `groups` has the size of a group and the class of each sample where samples are drawn by class.
    """
    numbers = np.asarray(samples, dtype="<u8")
    head = b"cohort sample order 1" + set_identity + _u64(seed, batch, len(numbers))
    tail = b""
    if groups is not None:
        tail = b"classes" + _u64(groups[0]) + np.asarray(groups[1], dtype="<u8").tobytes()
    return hashlib.sha256(head + numbers.tobytes() + stream.encode() + tail).digest()


def order_number(digest: bytes) -> int:
    """An order digest as greetings carry it: its first 8 bytes, the least significant first."""
    return int.from_bytes(digest[:8], "little")


def run_identifier(run: str) -> bytes:
    """The 16 bytes by which messages name a run: its text filled up with zeros, or its SHA-256."""
    data = run.encode()
    if len(data) <= 16 and b"\0" not in data:
        return data.ljust(16, b"\0")
    return hashlib.sha256(data).digest()[:16]
