"""Journals against the golden bytes, and what crashes and damage leave."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from cohort.errors import CohortError, CorruptData, MissingFile
from cohort.journal import (
    END,
    PUBLISHED,
    USED,
    Header,
    JournalReader,
    JournalWriter,
    Teacher,
    Used,
    encode_header,
    encode_record,
    published_body,
    used_body,
)
from cohort.tensors import Knowledge, Tensor
from cohort.wire import Sender

GOLDEN = Path(__file__).parents[3] / "Tests/ExchangeTests/journal-golden.txt"
SENDER = Sender(b"run".ljust(16, b"\0"), bytes(32), "p", 5 << 16)


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    for line in GOLDEN.read_text().splitlines():
        name, data = line.split()
        (tmp_path / name).write_bytes(bytes.fromhex(data))
    return tmp_path


def knowledge(step: int, number: int = 0) -> Knowledge:
    values = np.full((2, 3), step, np.float32)
    return Knowledge(step, number, step // 4, 100 + step, (Tensor.of("logits", values),))


def test_the_golden_journal_is_read_and_written_again_to_the_byte(golden: Path) -> None:
    reader = JournalReader(golden)
    assert reader.sender.name == "b" and not reader.is_torn and reader.end == 70000
    records = list(reader.records())
    bodies = []
    for record in records:
        match record:
            case Knowledge():
                bodies.append(encode_record(PUBLISHED, published_body(record)))
            case Used():
                bodies.append(encode_record(USED, used_body(record)))
            case _:
                bodies.append(encode_record(END, record.step.to_bytes(8, "little")))
    first = encode_header(Header(reader.sender, 0, bytes(4), 0)) + b"".join(bodies[:2])
    second = encode_header(Header(reader.sender, 1, first[-4:], len(first))) + b"".join(bodies[2:])
    assert (golden / "segment-00000000.cohj").read_bytes() == first
    assert (golden / "segment-00000001.cohj").read_bytes() == second


def test_each_altered_bit_is_damage_with_its_file_and_place(golden: Path) -> None:
    for path in sorted(golden.iterdir()):
        data = path.read_bytes()
        for bit in range(0, 8 * len(data), 3):
            altered = bytearray(data)
            altered[bit // 8] ^= 1 << bit % 8
            path.write_bytes(altered)
            with pytest.raises(CohortError, match="segment-"):
                list(JournalReader(golden).records())
        path.write_bytes(data)


def test_a_torn_tail_is_left_out_and_removed(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, SENDER)
    writer.publish(knowledge(0))
    writer.publish(knowledge(1))
    writer.close()
    path = tmp_path / "segment-00000000.cohj"
    whole = path.read_bytes()
    first = len(whole) - (len(whole) - 116) // 2
    for length in range(first, len(whole)):
        for tail in (b"", bytes(len(whole) - length + 40)):
            path.write_bytes(whole[:length] + tail)
            reader = JournalReader(tmp_path)
            if tail and whole[length:].strip(b"\0") == b"":
                continue
            assert list(reader.published()) == [(0, 0)]
    path.write_bytes(whole[: len(whole) - 5])
    again = JournalWriter(tmp_path, SENDER)
    assert again.places() == [(0, 0)] and again.sender.incarnation == SENDER.incarnation + 1
    again.publish(knowledge(1))
    again.close()
    assert list(JournalReader(tmp_path).published()) == [(0, 0), (1, 0)]


def test_lives_follow_one_another_and_segments_are_released(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, SENDER, segment_bytes=400)
    for step in range(12):
        writer.publish(knowledge(step))
        writer.use(Used(step, 0, (Teacher("a", taught=(0, step, 0, bytes(8))),)))
    assert len(list(tmp_path.iterdir())) > 3
    assert writer.recall((7, 0)) == knowledge(7)
    writer.release(8)
    assert not writer.holds((7, 0)) and writer.holds((8, 0))
    writer.end(11)
    writer.close()
    reader = JournalReader(tmp_path)
    assert min(reader.published()) <= (8, 0) and reader.end == 11
    assert reader.used()[(11, 0)].teachers[0].name == "a"


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, SENDER, segment_bytes=300)
    for step in range(6):
        writer.publish(knowledge(step))
    writer.close()
    os.remove(tmp_path / "segment-00000001.cohj")
    with pytest.raises(CorruptData, match="the segment before it is missing"):
        JournalReader(tmp_path)


def test_another_run_s_journal_is_refused(tmp_path: Path) -> None:
    JournalWriter(tmp_path, SENDER).close()
    other = Sender(b"other".ljust(16, b"\0"), SENDER.configuration, "p", SENDER.incarnation)
    with pytest.raises(CohortError, match="another run") as failure:
        JournalWriter(tmp_path, other)
    assert failure.value.exit_code == 78


def test_a_folder_without_a_journal_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="holds no journal"):
        JournalReader(tmp_path)


def test_the_octets_that_are_kept_follow_what_is_published_and_released(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, SENDER)
    sizes = []
    for step in range(4):
        tensors = (Tensor.of("logits", np.zeros((step + 1, 10), np.float32)),)
        knowledge = Knowledge(step, 0, 0, 0, tensors)
        writer.publish(knowledge)
        sizes.append(len(published_body(knowledge)))
    assert writer.byte_count() == sum(sizes)
    writer.publish(knowledge)
    assert writer.byte_count() == sum(sizes)
    writer.release(2)
    assert writer.byte_count() == sum(sizes[2:])
    writer.close()
    again = JournalWriter(tmp_path, SENDER, keeps_all=True)
    assert again.byte_count() == sum(sizes)
    again.close()
