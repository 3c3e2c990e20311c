"""Messages, as they travel between learners: version 1 of the wire format."""

from __future__ import annotations

import functools
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from .checksums import crc32c
from .errors import CorruptData
from .tensors import Tensor

VERSION = 1
_MAGIC = b"COHX"
_HEADER = struct.Struct("<4sHBB16s32s32sQIIQQI")
_SIZE = 128
_MOST_TENSORS = 64
_MOST_STEP = 2**31 - 1
_COUNTING_BITS = 16
LONGEST_NAME = 32


class Kind(IntEnum):
    """What a message is."""

    HELLO = 1
    WELCOME = 2
    REFUSE = 3
    KNOWLEDGE = 4
    ACKNOWLEDGE = 5
    ALIVE = 6
    END = 7
    ENDED = 8
    LEAVE = 9
    REGISTER = 10
    ROSTER = 11
    NEED = 12
    CHECKPOINT = 13


class OtherVersion(CorruptData):
    """A message of another version of the protocol."""

    def __init__(self, version: int) -> None:
        super().__init__(f"it is of version {version} of the protocol, not {VERSION}")
        self.exit_code = 76


@dataclass(frozen=True)
class Sender:
    """Who sends: a learner's name, its run and configuration, and which of its lives it is."""

    run: bytes
    configuration: bytes
    name: str
    incarnation: int


@dataclass(frozen=True)
class Hello:
    """A teacher's greeting: what must agree besides run and configuration."""

    classes: int
    sample_order: int
    program: str
    """The program's name, and in further lines what else is stated."""

    @property
    def inputs(self) -> tuple[int, ...] | None:
        """The shape of a sample that its sender will send; None where it is not stated."""
        for line in self.program.split("\n")[1:]:
            name, _, value = line.partition("=")
            extents = value.partition(" ")[2].split("x")
            if name == "inputs" and all(extent.isdecimal() for extent in extents):
                return tuple(int(extent) for extent in extents)
        return None


@dataclass(frozen=True)
class Refusal:
    """Why somebody is refused: a code of the wire format, and a text.

    Lines after the first hold settings of the side that refuses.
    """

    code: int
    text: str

    @property
    def reason(self) -> str:
        """What people read."""
        return self.text.partition("\n")[0]


@dataclass(frozen=True)
class Contact:
    """Where a learner is reached: a ZeroMQ endpoint, and its public key, all zero for none."""

    address: str
    key: bytes = bytes(32)


Body = Hello | Refusal | str | Contact | tuple[tuple[str, Contact], ...] | None


@dataclass(frozen=True)
class Message:
    """One message, decoded."""

    kind: Kind
    sender: Sender
    step: int = 0
    round: int = 0
    epoch: int = 0
    batch_digest: int = 0
    used_steps: int = 0
    body: Body = None
    tensors: tuple[Tensor, ...] = field(default=())

    @functools.cached_property
    def frames(self) -> list[bytes]:
        """Its frames, encoded once however many receive it."""
        return encode(self)


def first_incarnation() -> int:
    """A new learner's first life."""
    return (secrets.randbelow(2**48 - 1) + 1) << _COUNTING_BITS


def is_later(incarnation: int, than: int) -> bool:
    """Whether an incarnation is a later life of the learner whose life `than` is."""
    same = incarnation >> _COUNTING_BITS == than >> _COUNTING_BITS
    return same and incarnation > than


def pack_text(text: str) -> bytes:
    """A text behind its count of octets."""
    data = text.encode()
    return struct.pack("<H", len(data)) + data


def encode(message: Message) -> list[bytes]:
    """The frames of a message."""
    rest = [_encode_body(message.body)]
    for tensor in message.tensors:
        rest += [tensor.descriptor, tensor.payload]
    sender = message.sender
    fields = _HEADER.pack(
        _MAGIC,
        VERSION,
        message.kind,
        message.round,
        sender.run,
        sender.configuration,
        sender.name.encode(),
        sender.incarnation,
        message.epoch,
        len(message.tensors),
        message.step,
        message.batch_digest,
        message.used_steps,
    )
    return [fields + struct.pack("<I", crc32c(fields, *rest)), *rest]


def _encode_body(body: Body) -> bytes:
    match body:
        case None:
            return b""
        case str():
            return pack_text(body)
        case Hello():
            return struct.pack("<IQ", body.classes, body.sample_order) + pack_text(body.program)
        case Refusal():
            return struct.pack("<H", body.code) + pack_text(body.text)
        case Contact():
            return pack_text(body.address) + body.key
        case _:
            entries = [pack_text(name) + _encode_body(contact) for name, contact in body]
            return struct.pack("<H", len(entries)) + b"".join(entries)


def decode(frames: Sequence[bytes]) -> Message:
    """Reads a message. Raises CorruptData, or OtherVersion, and reads nothing then."""
    if len(frames) < 2 or len(frames[0]) != _SIZE or frames[0][:4] != _MAGIC:
        raise CorruptData("it is no message of the exchange")
    head, *rest = frames
    (version,) = struct.unpack_from("<H", head, 4)
    if version != VERSION:
        raise OtherVersion(version)
    if struct.unpack_from("<I", head, _SIZE - 4)[0] != crc32c(head[:-4], *rest):
        raise CorruptData("its checksum is wrong")
    (_, _, kind, number, run, configuration, name, incarnation, epoch, count, step, batch, used) = (
        _HEADER.unpack_from(head)
    )
    if not 1 <= kind <= max(Kind) or step > _MOST_STEP or used > _MOST_STEP:
        raise CorruptData(f"kind {kind} or step {step} is out of range")
    if count > _MOST_TENSORS or len(rest) != 1 + 2 * count:
        raise CorruptData(f"{len(rest)} frames do not hold {count} tensors")
    if kind != Kind.KNOWLEDGE and (count or used):
        raise CorruptData("only knowledge holds tensors and used steps")
    return Message(
        Kind(kind),
        Sender(run, configuration, _name(name), incarnation),
        step,
        number,
        epoch,
        batch,
        used,
        _decode_body(Kind(kind), rest[0]),
        tuple(Tensor.parse(rest[i], rest[i + 1]) for i in range(1, len(rest), 2)),
    )


def _name(data: bytes) -> str:
    name = data.rstrip(b"\0")
    if not name or b"\0" in name:
        raise CorruptData("the sender has no name")
    try:
        return name.decode()
    except UnicodeDecodeError as error:
        raise CorruptData("the sender's name is not UTF-8") from error


class FieldReader:
    """Reads fields one after the other, and raises CorruptData where they are cut short."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def take(self, count: int) -> bytes:
        """As many octets."""
        if self._place + count > len(self._data):
            raise CorruptData("it is cut short")
        self._place += count
        return self._data[self._place - count : self._place]

    def number(self, form: str) -> int:
        """One whole number in a format of `struct`, such as "<I"."""
        return int(struct.unpack(form, self.take(struct.calcsize(form)))[0])

    def text(self) -> str:
        """A text behind its count of octets."""
        try:
            return self.take(self.number("<H")).decode()
        except UnicodeDecodeError as error:
            raise CorruptData("a text is not UTF-8") from error

    @property
    def is_at_end(self) -> bool:
        """Whether everything is read."""
        return self._place == len(self._data)

    def finish(self) -> None:
        """Raises CorruptData where something is left."""
        if not self.is_at_end:
            raise CorruptData("it is longer than its fields")


def _decode_body(kind: Kind, data: bytes) -> Body:
    reader = FieldReader(data)
    body: Body = None
    if kind == Kind.HELLO:
        body = Hello(reader.number("<I"), reader.number("<Q"), reader.text())
    elif kind == Kind.REFUSE:
        body = Refusal(reader.number("<H"), reader.text())
    elif kind == Kind.LEAVE:
        body = reader.text()
    elif kind == Kind.REGISTER:
        body = _contact(reader)
    elif kind == Kind.ROSTER:
        count = reader.number("<H")
        body = tuple((reader.text(), _contact(reader)) for _ in range(count))
    reader.finish()
    return body


def _contact(reader: FieldReader) -> Contact:
    return Contact(reader.text(), reader.take(32))
