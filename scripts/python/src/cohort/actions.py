"""What a conversation asks its transport to do."""

from __future__ import annotations

from dataclasses import dataclass

from .neighbours import Channel
from .wire import Contact, Message


@dataclass(frozen=True)
class Connect:
    """Connect to a student's inbox."""

    student: str
    contact: Contact


@dataclass(frozen=True)
class Send:
    """Send a message over a channel."""

    channel: Channel
    message: Message


@dataclass(frozen=True)
class Notice:
    """Something that people may want to read."""

    text: str


Action = Connect | Send | Notice
