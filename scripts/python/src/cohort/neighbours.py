"""What a learner knows of each of its neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .places import Place, rank
from .tensors import Knowledge

Channel = tuple[str, str | bytes]
"""("inbox", the route of an answer), ("student", its name) or ("rendezvous", "")."""


@dataclass(frozen=True)
class Link:
    """One direction between a learner and a neighbour: what travels over it, and when."""

    peer: str
    due: Callable[[int, int], list[str]]
    """The names of the tensors that travel at a step and round."""
    is_optional: bool = False
    """Whether the receiver goes on without what does not come in time."""
    accepts_late: bool = False
    """Whether the receiver also uses what comes too late for its step."""
    is_relay: bool = False
    inputs: tuple[int, ...] | None = None
    """The shape of the samples that come over it; None where none do, or any will do."""
    objection: Callable[[Knowledge], str | None] = lambda knowledge: None
    """Why knowledge that arrived cannot be used, judged by its tensors; None where it can."""


@dataclass
class Outbound:
    """What a student is to receive, and has not acknowledged: the first `sent` are under way."""

    outstanding: list[Place] = field(default_factory=list)
    sent: int = 0
    acknowledged: Place | None = None
    is_placed: bool = True
    """Whether it is known from where on the student needs what is published."""
    checkpoint: int = 0
    checkpoint_of_life: int | None = None

    def admits(self, step: int, window: int) -> bool:
        """Whether knowledge of a step stays within the window beside what is outstanding."""
        steps = {place[0] for place in self.outstanding} | {step}
        return len(steps) <= window

    def has_used(self, place: Place) -> bool:
        """Whether the student has used what was published at a place, or gone on without."""
        return self.acknowledged is not None and rank(place) <= rank(self.acknowledged)

    @property
    def next(self) -> Place | None:
        """The next that is to be sent."""
        return self.outstanding[self.sent] if self.sent < len(self.outstanding) else None

    def may_send_next(self, window: int) -> bool:
        """Whether the next stays within the window beside what is under way."""
        if self.next is None:
            return False
        return len({place[0] for place in self.outstanding[: self.sent + 1]}) <= window

    def acknowledge(self, place: Place) -> None:
        """Notes that all up to a place is used."""
        kept = [other for other in self.outstanding if rank(other) > rank(place)]
        self.sent = max(0, self.sent - (len(self.outstanding) - len(kept)))
        self.outstanding = kept
        if self.acknowledged is None or rank(place) > rank(self.acknowledged):
            self.acknowledged = place

    def discard(self, before: int) -> None:
        """Gives up what is of earlier steps."""
        kept = [place for place in self.outstanding if place[0] >= before]
        self.sent = max(0, self.sent - (len(self.outstanding) - len(kept)))
        self.outstanding = kept

    def restart(self, places: list[Place], acknowledged: Place | None) -> None:
        """Begins anew with what the student asked for."""
        self.outstanding, self.sent, self.acknowledged = places, 0, acknowledged
        self.is_placed = True


@dataclass
class Neighbour:
    """A teacher, a student, or both in one."""

    name: str
    teacher: Link | None = None
    student: Link | None = None
    incarnation: int | None = None
    route: bytes | None = None
    address: str | None = None
    greeted: bool = False
    welcomed: bool = False
    is_gone: bool = False
    last_heard: float | None = None
    step: int = -1
    """The last step that a message of it was of."""
    advanced: float = 0.0
    """When it came to a later step."""
    end: Place | None = None
    end_over: Channel | None = None
    """Where its announced end waits for an answer."""
    end_acknowledged: bool = False
    inbox: dict[Place, Knowledge] = field(default_factory=dict)
    rejected: dict[Place, str] = field(default_factory=dict)
    is_late: bool = False
    taken: Place | None = None
    """Where late knowledge is used: the last place that was taken in."""
    credited: Place | None = None
    """As far as the teacher may be told of that."""
    silent_signs: int = 0
    outbound: Outbound = field(default_factory=Outbound)
    refusal: str | None = None

    @property
    def is_joined(self) -> bool:
        """Whether it has greeted as a teacher, and welcomed as a student."""
        if self.is_gone:
            return True
        return (self.teacher is None or self.greeted) and (self.student is None or self.welcomed)

    @property
    def is_settled(self) -> bool:
        """Whether it needs nothing more."""
        return self.is_gone or self.end_acknowledged or self.end is not None

    @property
    def is_optional(self) -> bool:
        """Whether neither side waits for the other."""
        links = [link for link in (self.teacher, self.student) if link]
        return all(link.is_optional for link in links)

    @property
    def accepts_late(self) -> bool:
        """As a teacher: whether its late knowledge is used."""
        return self.teacher is not None and self.teacher.accepts_late

    @property
    def still_teaches(self) -> bool:
        """Whether it may still publish, or waits to learn that all is used."""
        return self.greeted and not self.is_gone and (self.end is None or self.end_over is not None)

    def holds(self, place: Place) -> bool:
        """Whether something of it is here for a place, of use or not."""
        return place in self.inbox or place in self.rejected

    def discard(self, up_to: Place) -> None:
        """Discards what is here of it up to a place."""
        self.inbox = {p: k for p, k in self.inbox.items() if rank(p) > rank(up_to)}
        self.rejected = {p: k for p, k in self.rejected.items() if rank(p) > rank(up_to)}

    def begin_life(self, incarnation: int) -> None:
        """Notes that another life of it began, which has lost what it received."""
        self.incarnation = incarnation
        self.greeted = self.welcomed = False
        self.step = -1
        self.end, self.end_over, self.end_acknowledged = None, None, False
        self.outbound.is_placed = False
        self.outbound.checkpoint_of_life = None
