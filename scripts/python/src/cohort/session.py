"""What all parts of a conversation share."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto
from typing import Protocol

from .actions import Action, Notice, Send
from .errors import CohortError
from .limits import Limits
from .neighbours import Channel, Link, Neighbour
from .places import Place, last_before
from .tensors import Knowledge
from .wire import Contact, Hello, Kind, Message, Refusal, Sender

_SETTINGS, _NAMES = (3, 4, 5, 10, 11, 12, 13), (2, 6, 7)
REFUSAL_EXIT_CODES = {1: 76, **dict.fromkeys(_NAMES, 77), **dict.fromkeys(_SETTINGS, 78)}
"""With which exit code a learner ends that was refused, by the refusal's code; 69 by others."""


class Store(Protocol):
    """Where what is published is written down: a journal, or a memory."""

    def holds(self, place: Place) -> bool:
        """Whether something was published at a place, in any life, and is kept."""
        ...

    def places(self) -> list[Place]:
        """All places where something was published and is kept."""
        ...

    def recall(self, place: Place) -> Knowledge:
        """What was published at a place."""
        ...

    def publish(self, knowledge: Knowledge) -> None:
        """Writes down what is about to be published."""
        ...

    def byte_count(self) -> int:
        """The octets of all that is kept."""
        ...

    def release(self, before: int) -> None:
        """Discards what is of earlier steps."""
        ...


class Stage(Enum):
    """How far a learner's membership has come."""

    REGISTERING = auto()
    GREETING = auto()
    RUNNING = auto()
    FINISHING = auto()
    PARTING = auto()
    FINISHED = auto()


class Session:
    """Who takes part, how far this learner has come, and the actions that are to be carried out.

    One request is under way at a time, `request`, since `since`; `is_done` says when its answer is
    there. `failure` is set once, and ends everything.
    """

    def __init__(
        self,
        sender: Sender,
        hello: Hello,
        contact: Contact,
        teachers: Iterable[Link],
        students: Iterable[Link],
        limits: Limits,
        store: Store,
        *,
        now: float,
        position: int,
        checkpoints: tuple[int, int] | None,
        taken: dict[str, Place],
    ) -> None:
        """The arguments are those of `Conversation`."""
        self.sender = sender
        self.hello = hello
        self.contact = contact
        self.limits = limits
        self.store = store
        self.peers: dict[str, Neighbour] = {}
        for link in teachers:
            self._peer(link.peer).teacher = link
        for link in students:
            self._peer(link.peer).student = link
        self.teachers = [peer for peer in self.peers.values() if peer.teacher]
        self.students = [peer for peer in self.peers.values() if peer.student]
        self.stage = Stage.REGISTERING
        self.failure: CohortError | None = None
        self.published: Place | None = None
        self.gathered = last_before(position)
        self.used = self.gathered
        self.checkpoints = checkpoints
        self.end: Place | None = None
        """The last step and round that this learner publishes, once it finishes."""
        self.request = ""
        self.is_done = True
        self.since = now
        self.notices = 0
        """How many reminders the request under way has caused."""
        self.warnings: set[str] = set()
        self.actions: list[Action] = []
        self._resume(taken)

    def _resume(self, taken: dict[str, Place]) -> None:
        """Takes in how far an earlier life had come."""
        for peer in self.teachers:
            if peer.accepts_late:
                peer.taken = taken.get(peer.name, self.gathered)
                peer.credited = peer.taken
        if self.store.places():
            for peer in self.students:
                peer.outbound.is_placed = False

    def _peer(self, name: str) -> Neighbour:
        return self.peers.setdefault(name, Neighbour(name))

    def begin(self, request: str, now: float) -> None:
        """Notes a request, whose answer is there when `is_done`."""
        assert self.is_done, "one request at a time"
        self.request, self.is_done, self.since, self.notices = request, False, now, 0

    def post(
        self,
        channel: Channel,
        kind: Kind,
        place: Place = (0, 0),
        body: Hello | Refusal | str | Contact | None = None,
    ) -> None:
        """Sends a message over a channel."""
        message = Message(kind, self.sender, place[0], place[1], body=body)
        self.actions.append(Send(channel, message))

    def channel(self, peer: Neighbour) -> Channel | None:
        """The channel to a neighbour; None where it has not greeted yet."""
        if peer.student:
            return ("student", peer.name)
        return ("inbox", peer.route) if peer.route else None

    def send(
        self, peer: Neighbour, kind: Kind, place: Place = (0, 0), body: Hello | str | None = None
    ) -> None:
        """Sends to a neighbour, where there is a channel to it."""
        channel = self.channel(peer)
        if channel:
            self.post(channel, kind, place, body)

    def send_back(self, peer: Neighbour, kind: Kind, place: Place = (0, 0)) -> None:
        """Sends to a teacher, the way that its messages come."""
        if peer.route:
            self.post(("inbox", peer.route), kind, place)

    def warn(self, text: str) -> None:
        """Reports something unusual, once for each text."""
        if len(self.warnings) < 100 and text not in self.warnings:
            self.warnings.add(text)
            self.note(text)

    def note(self, text: str) -> None:
        """Reports something to people."""
        self.actions.append(Notice(text))

    def fail(self, failure: CohortError) -> None:
        """Ends everything; the first failure counts."""
        if self.failure is None:
            self.failure = failure
            self.is_done = True

    @property
    def is_joining(self) -> bool:
        """Whether the neighbours are not all there yet."""
        return self.stage in (Stage.REGISTERING, Stage.GREETING)

    @property
    def position(self) -> int:
        """The step that this learner is at."""
        places = [place[0] for place in (self.published, self.gathered) if place]
        return max(places, default=0)
