"""Journals: what a learner published and used, in files; version 2 of the format."""

from __future__ import annotations

import hashlib
import os
import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .checksums import crc32c
from .errors import CohortError, CorruptData, MissingFile
from .tensors import Knowledge, Tensor
from .wire import FieldReader, Sender, pack_text

VERSION = 2
PUBLISHED, USED, END = 1, 2, 3
_MAGIC = b"COHJ"
_HEADER = struct.Struct("<4sHH16s32s32sQI4sQ")
_HEADER_SIZE = 116
_MOST_SEGMENTS = 10**8
_NAME = re.compile(r"segment-(\d{8})\.cohj")
Place = tuple[int, int]
"""A step and a round."""


@dataclass(frozen=True)
class Header:
    """The beginning of a segment."""

    sender: Sender
    number: int
    previous_check: bytes
    previous_length: int


@dataclass(frozen=True)
class Teacher:
    """What became of one teacher at a step and round, as a record of what was used names it."""

    name: str
    reason: str | None = None
    """Why it was absent."""
    taught: tuple[int, int, int, bytes] | None = None
    """Epoch, step, round and digest of what was used."""
    late: Knowledge | None = None
    """What came too late for its own step and round."""


@dataclass(frozen=True)
class Used:
    """What a step and round used."""

    step: int
    round: int
    teachers: tuple[Teacher, ...]


@dataclass(frozen=True)
class End:
    """The end of a learner's part, after the last step."""

    step: int


Record = Knowledge | Used | End


def published_body(knowledge: Knowledge) -> bytes:
    """The body of a record of what was published."""
    place = (knowledge.epoch, knowledge.step, knowledge.round, knowledge.batch_digest)
    parts = [struct.pack("<IQBQH", *place, len(knowledge.tensors))]
    for tensor in knowledge.tensors:
        descriptor = tensor.descriptor
        parts += [struct.pack("<H", len(descriptor)), descriptor]
        parts += [struct.pack("<I", len(tensor.payload)), tensor.payload]
    return b"".join(parts)


def published_digest(knowledge: Knowledge) -> bytes:
    """The digest by which a record of what was used names it: 8 bytes."""
    return hashlib.sha256(published_body(knowledge)).digest()[:8]


def used_body(used: Used) -> bytes:
    """The body of a record of what was used."""
    parts = [struct.pack("<QBH", used.step, used.round, len(used.teachers))]
    for teacher in used.teachers:
        parts.append(pack_text(teacher.name))
        if teacher.taught is not None:
            epoch, step, number, digest = teacher.taught
            parts.append(struct.pack("<BIQB", 1, epoch, step, number) + digest)
        elif teacher.late is not None:
            parts.append(b"\2" + published_body(teacher.late))
        else:
            parts.append(b"\0" + pack_text(teacher.reason or ""))
    return b"".join(parts)


def encode_header(header: Header) -> bytes:
    """A segment's header, 116 octets."""
    sender = header.sender
    fields = _HEADER.pack(
        _MAGIC,
        VERSION,
        0,
        sender.run,
        sender.configuration,
        sender.name.encode(),
        sender.incarnation,
        header.number,
        header.previous_check,
        header.previous_length,
    )
    return _checked(fields)


def encode_record(kind: int, body: bytes) -> bytes:
    """A record: its head, its body and their checksums."""
    return _checked(_checked(struct.pack("<II", len(body), kind)) + body)


def _checked(data: bytes) -> bytes:
    return data + struct.pack("<I", crc32c(data))


def _is_checked(data: bytes) -> bool:
    return data[-4:] == struct.pack("<I", crc32c(data[:-4]))


def decode_record(kind: int, body: bytes) -> Record | None:
    """Reads the body of a record; None for an unknown kind."""
    reader = FieldReader(body)
    record: Record | None
    if kind == PUBLISHED:
        record = _read_published(reader)
    elif kind == USED:
        step, number, count = reader.number("<Q"), reader.number("<B"), reader.number("<H")
        record = Used(step, number, tuple(_read_teacher(reader) for _ in range(count)))
    elif kind == END:
        record = End(reader.number("<Q"))
    else:
        return None
    reader.finish()
    return record


def _read_published(reader: FieldReader) -> Knowledge:
    epoch, step, number = reader.number("<I"), reader.number("<Q"), reader.number("<B")
    batch, count = reader.number("<Q"), reader.number("<H")
    tensors = []
    for _ in range(count):
        descriptor = reader.take(reader.number("<H"))
        tensors.append(Tensor.parse(descriptor, reader.take(reader.number("<I"))))
    return Knowledge(step, number, epoch, batch, tuple(tensors))


def _read_teacher(reader: FieldReader) -> Teacher:
    name, form = reader.text(), reader.number("<B")
    if form == 0:
        return Teacher(name, reason=reader.text())
    if form == 1:
        place = (reader.number("<I"), reader.number("<Q"), reader.number("<B"))
        return Teacher(name, taught=(*place, reader.take(8)))
    if form == 2:
        return Teacher(name, late=_read_published(reader))
    raise CorruptData(f"what became of a teacher has the unknown form {form}")


def segments(directory: Path) -> list[tuple[int, Path]]:
    """The segments of a journal, ascending."""
    if not directory.is_dir():
        return []
    found = [(_NAME.fullmatch(path.name), path) for path in directory.iterdir()]
    return sorted((int(match[1]), path) for match, path in found if match)


@dataclass
class _Segment:
    """One segment, read."""

    path: Path
    header: Header
    records: list[tuple[int, int, bytes]]
    """The offset, kind and body of each."""
    length: int
    """The octets up to where it is torn, or its end."""
    is_torn: bool
    check: bytes


def _scan(path: Path, is_last: bool) -> _Segment | None:
    """Reads a segment; None where the last one is torn inside its header."""
    data = path.read_bytes()
    is_cut = len(data) < _HEADER_SIZE
    if is_cut or not any(data[:_HEADER_SIZE]):
        if is_last:
            return None
        raise CorruptData(f"{path}: its header is cut short")
    header = _read_header(path, data[:_HEADER_SIZE])
    records: list[tuple[int, int, bytes]] = []
    place, torn = _HEADER_SIZE, False
    while place < len(data):
        end = _record_end(path, data, place)
        if end is None:
            torn = True
            break
        _, kind = struct.unpack_from("<II", data, place)
        records.append((place, kind, data[place + 12 : end - 4]))
        place = end
    if torn and not is_last:
        raise CorruptData(f"{path}: a torn record at {place}, with a segment after it")
    return _Segment(path, header, records, place, torn, data[place - 4 : place])


def _record_end(path: Path, data: bytes, place: int) -> int | None:
    """Where a record ends; None where it is torn: cut short, or zero from somewhere inside on."""
    if len(data) - place < 12:
        return None
    head = data[place : place + 12]
    if not _is_checked(head):
        if not any(data[place + 11 :]):
            return None
        raise CorruptData(f"{path}: a record's head is damaged at {place}")
    end = place + 12 + int(struct.unpack_from("<I", head)[0]) + 4
    if end > len(data):
        return None
    due, check = struct.pack("<I", crc32c(data[place : end - 4])), data[end - 4 : end]
    if check != due:
        written = next(i for i in range(4) if check[i] != due[i])
        if not any(data[end - 4 + written :]):
            return None
        raise CorruptData(f"{path}: a record is damaged at {place}")
    return end


def _read_header(path: Path, data: bytes) -> Header:
    fields = _HEADER.unpack_from(data)
    if fields[0] != _MAGIC:
        raise CorruptData(f"{path} is no segment of a journal")
    if fields[1] != VERSION:
        raise CohortError(f"{path} is of version {fields[1]}, not {VERSION}", 76)
    if not _is_checked(data):
        raise CorruptData(f"{path}: the checksum of its header is wrong")
    _, _, _, run, configuration, name, incarnation, number, check, length = fields
    try:
        sender = Sender(run, configuration, name.rstrip(b"\0").decode(), incarnation)
    except UnicodeDecodeError as error:
        raise CorruptData(f"{path}: the name in its header is not UTF-8") from error
    return Header(sender, number, check, length)


def _scan_all(directory: Path) -> list[_Segment]:
    files = segments(directory)
    found: list[_Segment] = []
    for index, (number, path) in enumerate(files):
        if found and number != found[-1].header.number + 1:
            raise CorruptData(f"{path}: the segment before it is missing")
        segment = _scan(path, is_last=index == len(files) - 1)
        if segment is None:
            break
        if segment.header.number != number:
            raise CorruptData(f"{path} holds segment {segment.header.number}")
        if found:
            _require_successor(found[-1], segment)
        found.append(segment)
    return found


def _require_successor(before: _Segment, after: _Segment) -> None:
    expected = (before.length, before.check)
    if (after.header.previous_length, after.header.previous_check) != expected:
        raise CorruptData(f"{after.path} was not begun after {before.path} as it is")


class JournalReader:
    """A journal, verified and read. Raises CorruptData (65) for damage, and names where it is."""

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = Path(directory)
        if not segments(self.directory):
            raise MissingFile(f"{directory} holds no journal")
        self._segments = _scan_all(self.directory)
        if not self._segments:
            raise MissingFile(f"{directory} holds a journal without any record")
        self.is_torn = self._segments[-1].is_torn
        """Whether the last record was cut short, as a crash leaves it."""

    @property
    def sender(self) -> Sender:
        """Whose journal it is, in its latest life."""
        return self._segments[-1].header.sender

    def records(self) -> Iterator[Record]:
        """All records, in the order in which they were written."""
        for segment in self._segments:
            for offset, kind, body in segment.records:
                try:
                    record = decode_record(kind, body)
                except CorruptData as error:
                    raise CorruptData(f"{segment.path}: the record at {offset}: {error}") from error
                if record is not None:
                    yield record

    def published(self) -> dict[Place, Knowledge]:
        """What was published, by step and round; of several records the last."""
        found = {(r.step, r.round): r for r in self.records() if isinstance(r, Knowledge)}
        return dict(sorted(found.items()))

    def used(self) -> dict[Place, Used]:
        """What was used, by step and round; of several records the last."""
        found = {(r.step, r.round): r for r in self.records() if isinstance(r, Used)}
        return dict(sorted(found.items()))

    @property
    def end(self) -> int | None:
        """The last step, where the learner came to its end."""
        steps = [r.step for r in self.records() if isinstance(r, End)]
        return steps[-1] if steps else None


class JournalWriter:
    """Appends to a journal, in a segment of its own for each start of the learner.

    A torn tail of an earlier life is removed. `incarnation` follows that life's, or is `first`.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        sender: Sender,
        *,
        segment_bytes: int = 64 << 20,
        keeps_all: bool = False,
    ) -> None:
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._limit = segment_bytes
        self._keeps_all = keeps_all
        past = self._repair()
        self.past = _Past.of(past)
        last = past[-1] if past else None
        incarnation = last.header.sender.incarnation + 1 if last else sender.incarnation
        self.sender = Sender(sender.run, sender.configuration, sender.name, incarnation)
        self._require_same(last)
        self._closed: list[tuple[int, Path, int]] = [
            (s.header.number, s.path, _last_step(s)) for s in past
        ]
        self._locations: dict[Place, tuple[Path, int, int]] = {
            place: (s.path, offset, length)
            for s in past
            for place, offset, length in _published_places(s)
        }
        self._byte_count = sum(length for _, _, length in self._locations.values())
        self._number = last.header.number + 1 if last else 0
        self._previous = (last.check, last.length) if last else (bytes(4), 0)
        self._file: int | None = None
        self._begin()

    def _repair(self) -> list[_Segment]:
        """Removes a torn tail, and returns what is left."""
        found = _scan_all(self.directory)
        for _, path in segments(self.directory)[len(found) :]:
            path.unlink()
        if found and found[-1].is_torn:
            os.truncate(found[-1].path, found[-1].length)
            found[-1].is_torn = False
        return found

    def _require_same(self, last: _Segment | None) -> None:
        if last is None:
            return
        past = last.header.sender
        for what in ("run", "configuration", "name"):
            if getattr(past, what) != getattr(self.sender, what):
                raise CohortError(
                    f"{self.directory} is the journal of another {what}; name another directory,"
                    " or remove this one to begin anew",
                    78,
                )

    def _begin(self) -> None:
        self._path = self.directory / f"segment-{self._number:08}.cohj"
        header = encode_header(Header(self.sender, self._number, *self._previous))
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file = os.open(self._path, flags, 0o644)
        self._write(header)
        os.fsync(self._file)
        self._length, self._check, self._last = len(header), header[-4:], -1

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            raise CohortError(f"cannot write {self._path}: {error.strerror}", 74) from error

    def _append(self, kind: int, body: bytes, step: int) -> int:
        record = encode_record(kind, body)
        if self._length + len(record) > self._limit and self._length > _HEADER_SIZE:
            self._turn()
        offset = self._length
        self._write(record)
        self._length += len(record)
        self._check, self._last = record[-4:], max(self._last, step)
        return offset

    def _turn(self) -> None:
        """Begins the next segment."""
        self.flush()
        assert self._file is not None
        os.close(self._file)
        self._closed.append((self._number, self._path, self._last))
        self._previous = (self._check, self._length)
        self._number += 1
        if self._number >= _MOST_SEGMENTS:
            raise CohortError(f"{self.directory} has no number left for a segment", 74)
        self._begin()

    def publish(self, knowledge: Knowledge) -> None:
        """Writes down what is about to be published."""
        body = published_body(knowledge)
        offset = self._append(PUBLISHED, body, knowledge.step)
        place = (knowledge.step, knowledge.round)
        _, _, replaced = self._locations.get(place, (None, 0, 0))
        self._byte_count += len(body) - replaced
        self._locations[place] = (self._path, offset + 12, len(body))

    def use(self, used: Used) -> None:
        """Writes down what is about to be used."""
        self._append(USED, used_body(used), used.step)

    def end(self, step: int) -> None:
        """Writes down the end."""
        self._append(END, struct.pack("<Q", step), step)
        self.flush()

    def holds(self, place: Place) -> bool:
        """Whether something was published at a step and round, in any life."""
        return place in self._locations

    def places(self) -> list[Place]:
        """Where something was published and is kept, ascending."""
        return sorted(self._locations)

    def recall(self, place: Place) -> Knowledge:
        """What was published at a step and round."""
        path, offset, length = self._locations[place]
        with open(path, "rb") as file:
            file.seek(offset)
            record = decode_record(PUBLISHED, file.read(length))
        assert isinstance(record, Knowledge)
        return record

    def byte_count(self) -> int:
        """The octets of all that was published and is kept."""
        return self._byte_count

    def release(self, before: int) -> None:
        """Removes segments that hold nothing of this step or later ones."""
        self._locations = {p: at for p, at in self._locations.items() if p[0] >= before}
        self._byte_count = sum(length for _, _, length in self._locations.values())
        if self._keeps_all:
            return
        while self._closed and self._closed[0][2] < before:
            self._closed.pop(0)[1].unlink(missing_ok=True)

    def flush(self) -> None:
        """Makes what is written survive a loss of power."""
        assert self._file is not None
        os.fsync(self._file)

    def close(self) -> None:
        """Flushes and closes the file."""
        if self._file is not None:
            self.flush()
            os.close(self._file)
            self._file = None


@dataclass
class _Past:
    """What earlier lives used."""

    used: dict[Place, Used]
    end: int | None

    @staticmethod
    def of(found: Sequence[_Segment]) -> _Past:
        past = _Past({}, None)
        for segment in found:
            for _, kind, body in segment.records:
                if kind == PUBLISHED:
                    continue
                record = decode_record(kind, body)
                if isinstance(record, Used):
                    past.used[(record.step, record.round)] = record
                elif isinstance(record, End):
                    past.end = record.step
        return past


def _published_places(segment: _Segment) -> Iterator[tuple[Place, int, int]]:
    for offset, kind, body in segment.records:
        if kind == PUBLISHED:
            _, step, number = struct.unpack_from("<IQB", body)
            yield (step, number), offset + 12, len(body)


def _last_step(segment: _Segment) -> int:
    """The last step that any record of a segment is of; -1 without any."""
    steps = [-1]
    for _, kind, body in segment.records:
        if kind in (PUBLISHED, USED, END):
            steps.append(struct.unpack_from("<Q", body, 4 if kind == PUBLISHED else 0)[0])
    return max(steps)
