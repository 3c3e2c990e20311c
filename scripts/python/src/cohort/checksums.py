"""CRC-32C, which guards every message and every record of a journal."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

_POLYNOMIAL = 0x82F63B78
_CHUNK = 4096


@functools.cache
def _tables() -> npt.NDArray[np.uint32]:
    """What an octet adds to the checksum, by its distance from the end: _CHUNK tables of 256."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    tables = np.empty((_CHUNK, 256), dtype=np.uint32)
    tables[0] = table
    for distance in range(1, _CHUNK):
        before = tables[distance - 1]
        tables[distance] = table[before & 0xFF] ^ (before >> 8)
    return tables[::-1].reshape(-1)


@functools.cache
def _offsets() -> npt.NDArray[np.intp]:
    return np.arange(_CHUNK, dtype=np.intp) * 256


def crc32c(*parts: bytes | memoryview) -> int:
    """The CRC-32C (Castagnoli) of some octets, one part after the other.

    The checksum is linear, so what each octet adds depends on its distance from the end alone:
    4096 octets are looked up at once.
    """
    data = np.frombuffer(parts[0] if len(parts) == 1 else b"".join(parts), dtype=np.uint8)
    tables, offsets = _tables(), _offsets()
    state = 0xFFFFFFFF
    for start in range(0, len(data), _CHUNK):
        chunk = data[start : start + _CHUNK].astype(np.intp)
        # The four octets of the state are combined with the first four of the chunk.
        for index in range(min(4, len(chunk))):
            chunk[index] ^= (state >> (8 * index)) & 0xFF
        rest = state >> (8 * len(chunk)) if len(chunk) < 4 else 0
        found = tables[offsets[_CHUNK - len(chunk) :] + chunk]
        state = int(np.bitwise_xor.reduce(found)) ^ rest
    return state ^ 0xFFFFFFFF
