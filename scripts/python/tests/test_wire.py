"""Messages against the golden bytes that the wire format's own encoder gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort import wire
from cohort.checksums import crc32c
from cohort.errors import CorruptData

GOLDEN = Path(__file__).parents[3] / "Tests/ExchangeTests/golden.txt"


def golden() -> dict[str, list[bytes]]:
    lines = [line.split() for line in GOLDEN.read_text().splitlines()]
    return {
        name: [bytes.fromhex(f) if f != "-" else b"" for f in frames] for name, *frames in lines
    }


@pytest.mark.parametrize("name", sorted(golden()))
def test_every_golden_message_is_read_and_written_again_to_the_byte(name: str) -> None:
    frames = golden()[name]
    message = wire.decode(frames)
    assert wire.encode(message) == frames


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 9, 255, 4095, 4096, 4097, 20001])
def test_the_checksum_is_that_of_the_table_octet_by_octet(length: int) -> None:
    table = []
    for entry in range(256):
        for _ in range(8):
            entry = entry >> 1 ^ (0x82F63B78 if entry & 1 else 0)
        table.append(entry)
    data = bytes(i * 7919 % 251 for i in range(length))
    expected = 0xFFFFFFFF
    for octet in data:
        expected = table[(expected ^ octet) & 0xFF] ^ expected >> 8
    assert crc32c(data) == expected ^ 0xFFFFFFFF
    assert crc32c(data[:3], data[3:]) == crc32c(data)


def test_the_checksum_of_the_check_value() -> None:
    assert crc32c(b"123456789") == 0xE3069283


def test_no_altered_bit_of_a_message_goes_unnoticed() -> None:
    frames = golden()["knowledge"]
    for index, frame in enumerate(frames):
        for bit in range(8 * len(frame)):
            altered = bytearray(frame)
            altered[bit // 8] ^= 1 << bit % 8
            with pytest.raises(CorruptData):
                wire.decode([*frames[:index], bytes(altered), *frames[index + 1 :]])


def test_another_version_is_named() -> None:
    head, *rest = golden()["alive"]
    with pytest.raises(wire.OtherVersion, match="version 2") as failure:
        wire.decode([head[:4] + b"\2\0" + head[6:], *rest])
    assert failure.value.exit_code == 76


def test_a_later_life_has_the_same_upper_bits() -> None:
    first = wire.first_incarnation()
    assert wire.is_later(first + 1, first)
    assert not wire.is_later(first, first)
    assert not wire.is_later(wire.first_incarnation(), first)
