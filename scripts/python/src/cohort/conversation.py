"""One learner's side of the lockstep exchange, without sockets, threads and clocks.

Messages, requests and the time go in; actions come out. The stages: **registering** with the
rendezvous until the roster comes; **greeting**, until every student has welcomed this learner and
every teacher has greeted it; **running**; **finishing**, in which the end is announced until all
neighbours have answered; **parting**, in which the rendezvous is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from .errors import CohortError, CorruptData, Unavailable, WrongConfiguration
from .journal import Used
from .neighbours import Channel, Link, Neighbour
from .places import BEFORE, VALIDATION, Place, at_least, following, last_before, rank
from .tensors import Knowledge
from .wire import Contact, Hello, Kind, Message, OtherVersion, Refusal, Sender, is_later

_SILENT_SIGNS = 3
_REFUSAL_EXIT_CODES = {1: 76, 2: 77, 3: 78, 4: 78, 5: 78, 6: 77, 7: 77, 8: 69, 9: 69}


@dataclass(frozen=True)
class Limits:
    """How long a learner waits, in seconds, and how much is under way and kept."""

    join: float = 60.0
    step: float = 120.0
    missing: float = 2.0
    beat: float = 0.5
    notice: float = 5.0
    window: int = 2
    quorum: str = "none"
    journal_bytes: int = 256 << 20
    message_bytes: int = 64 << 20
    strikes: int = 3
    quarantine: int = 100


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


@dataclass
class Gathering:
    """What was gathered at a place: of each teacher what it published, or why not."""

    place: Place
    digest: int
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    late: list[tuple[str, Knowledge]] = field(default_factory=list)
    past: Used | None = None
    """What an earlier life used here; it decides who is waited for."""


class Conversation:
    """The state machine. One request is under way at a time: `join`, `publish`, `gather`, `finish`.

    Each of these returns nothing; `is_done` says when its answer is there. `failure` is set once,
    and ends everything.
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
        position: int = 0,
        checkpoints: tuple[int, int] | None = (0, 0),
        taken: dict[str, Place] | None = None,
    ) -> None:
        """Begins, or goes on where an earlier life ended.

        `position` is how many steps are done; `checkpoints` the steps of the oldest and the newest
        checkpoint, None for a learner that needs none, as it can begin at any step; `taken` how far
        late knowledge was taken in.
        """
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
        self.gathering: Gathering | None = None
        self.is_done = True
        self._request = ""
        self._offer: Knowledge | None = None
        self._last_step = 0
        self._end: Place | None = None
        self._roster: tuple[int, int] | None = None
        self._since = now
        self._next_beat = now
        self._notices = 0
        self._warnings: set[str] = set()
        self._strikes: dict[str, int] = {}
        self._quarantine: dict[str, int] = {}
        self._actions: list[Action] = []
        places = store.places()
        self._released = places[0][0] if places else 0
        self._recent: dict[Place, Knowledge] = {}
        for peer in self.teachers:
            if peer.accepts_late:
                peer.taken = (taken or {}).get(peer.name, self.gathered)
                peer.credited = peer.taken
        if places:
            for peer in self.students:
                peer.outbound.is_placed = False

    def _peer(self, name: str) -> Neighbour:
        return self.peers.setdefault(name, Neighbour(name))

    # Requests

    def _begin(self, request: str, now: float) -> None:
        assert self.is_done, "one request at a time"
        self._request, self.is_done, self._since, self._notices = request, False, now, 0

    def join(self, now: float) -> list[Action]:
        """Registers, and greets all neighbours."""
        self._begin("join", now)
        return self._after(now)

    def publish(self, knowledge: Knowledge, now: float) -> list[Action]:
        """Publishes knowledge, when its students are not too far behind.

        What an earlier life published at the same place is published in its stead.
        """
        self._begin("publish", now)
        self._offer = knowledge
        return self._after(now)

    def gather(
        self, place: Place, digest: int, now: float, past: Used | None = None
    ) -> list[Action]:
        """Gathers what the teachers publish at a place; `gathering` then holds it."""
        self._begin("gather", now)
        self.gathering = Gathering(place, digest, past=past)
        return self._after(now)

    def note_use(self, now: float) -> list[Action]:
        """Lets the teachers know that what was gathered last is written down as used."""
        self.used = self.gathered
        told = []
        for peer in self.teachers:
            if peer.accepts_late:
                if peer.credited != peer.taken:
                    peer.credited = peer.taken
                    told.append(peer)
            elif self.used and self._has_taught(peer, self.used):
                told.append(peer)
        self._acknowledge(told)
        self._settle_ends()
        return self._after(now)

    def _has_taught(self, peer: Neighbour, used: Place) -> bool:
        """Whether a teacher must be told that it was used, and learns it by nothing else."""
        is_due = peer.teacher is not None and bool(peer.teacher.due(*used))
        return is_due and not self._sends_soon(peer, used)

    def note_checkpoint(self, oldest: int, newest: int, now: float) -> list[Action]:
        """Notes the learner's own checkpoints: it will not ask for anything of earlier steps."""
        self.checkpoints = (oldest, newest)
        self._send_checkpoints([peer for peer in self.teachers if peer.greeted])
        self._settle_ends()
        self._release()
        return self._after(now)

    def finish(self, last_step: int, now: float) -> list[Action]:
        """Announces the end until all neighbours have answered."""
        self._begin("finish", now)
        self._last_step = last_step
        return self._after(now)

    def leave(self, reason: str, now: float) -> list[Action]:
        """Tells the neighbours why this learner stops early."""
        for peer in self.peers.values():
            if not peer.is_settled:
                self._send(peer, Kind.LEAVE, body=reason)
        self._fail(Unavailable(f"'{self.sender.name}' left the cohort: {reason}"))
        return self._after(now)

    # What comes in

    def receive(self, message: Message, channel: Channel, now: float) -> list[Action]:
        """Takes a message."""
        self._forgive(now)
        if channel[0] == "rendezvous":
            self._receive_from_rendezvous(message, now)
        elif isinstance(message.body, Hello):
            self._receive_hello(message, message.body, channel, now)
        elif isinstance(message.body, Refusal):
            self._receive_refusal(message, message.body, channel)
        else:
            if message.kind == Kind.WELCOME and channel == ("student", message.sender.name):
                self._admit(message.sender)
            if self._is_from_neighbour(message.sender, channel):
                self._take(message, channel, now)
            else:
                self._warn(f"ignored a message of '{message.sender.name}', which has not joined")
        return self._after(now)

    def damaged(self, error: CorruptData, channel: Channel, now: float) -> list[Action]:
        """Takes a message that cannot be read."""
        kind, name = channel
        if isinstance(error, OtherVersion):
            if kind == "inbox":
                self._post(channel, Kind.REFUSE, body=Refusal(1, str(error)))
            elif self.stage in (Stage.REGISTERING, Stage.GREETING):
                whom = f"'{name!s}'" if kind == "student" else "the rendezvous"
                self._fail(CohortError(f"{whom} speaks another version: {error}", 76))
        self._warn(f"ignored a damaged message to the {kind}: {error}")
        return self._after(now)

    def tick(self, now: float) -> list[Action]:
        """Repeats what may be lost, and looks at the limits, twice a second."""
        self._forgive(now)
        if now >= self._next_beat:
            self._next_beat = now + self.limits.beat
            self._repeat(now)
            self._remind(now)
            self._expire(now)
        return self._after(now)

    @property
    def next_beat(self) -> float:
        """When the next tick is due."""
        return self._next_beat

    def _after(self, now: float) -> list[Action]:
        self._progress(now)
        actions, self._actions = self._actions, []
        return actions

    def _forgive(self, now: float) -> None:
        """A process that was stopped does not blame its peers for the time it missed itself."""
        delay = now - self._next_beat
        if delay <= 10 * self.limits.beat:
            return
        self._next_beat = now
        self._since += delay
        for peer in self.peers.values():
            peer.advanced += delay
            if peer.last_heard is not None:
                peer.last_heard += delay

    # Sending

    def _post(
        self,
        channel: Channel,
        kind: Kind,
        place: Place = (0, 0),
        body: Hello | Refusal | str | Contact | None = None,
    ) -> None:
        message = Message(kind, self.sender, place[0], place[1], body=body)
        self._actions.append(Send(channel, message))

    def _channel(self, peer: Neighbour) -> Channel | None:
        if peer.student:
            return ("student", peer.name)
        return ("inbox", peer.route) if peer.route else None

    def _send(
        self, peer: Neighbour, kind: Kind, place: Place = (0, 0), body: Hello | str | None = None
    ) -> None:
        channel = self._channel(peer)
        if channel:
            self._post(channel, kind, place, body)

    def _send_back(self, peer: Neighbour, kind: Kind, place: Place = (0, 0)) -> None:
        """Sends to a teacher, the way that its messages come."""
        if peer.route:
            self._post(("inbox", peer.route), kind, place)

    def _warn(self, text: str) -> None:
        if len(self._warnings) < 100 and text not in self._warnings:
            self._warnings.add(text)
            self._actions.append(Notice(text))

    def _fail(self, failure: CohortError) -> None:
        if self.failure is None:
            self.failure = failure
            self.is_done = True

    # Joining

    def _register(self) -> None:
        if self.stage not in (Stage.PARTING, Stage.FINISHED):
            self._post(("rendezvous", ""), Kind.REGISTER, body=self.contact)

    def _receive_from_rendezvous(self, message: Message, now: float) -> None:
        if isinstance(message.body, tuple):
            number = (message.sender.incarnation, message.step)
            if self._roster and self._roster[0] == number[0] and number[1] < self._roster[1]:
                return
            self._roster = number
            self._meet(dict(message.body), now)
        elif message.kind == Kind.ENDED and self.stage == Stage.PARTING:
            self.stage, self.is_done = Stage.FINISHED, True
        elif isinstance(message.body, Refusal) and self._is_joining:
            code, text = message.body.code, message.body.text
            self._fail(
                CohortError(
                    f"the rendezvous refused '{self.sender.name}': {text}",
                    _REFUSAL_EXIT_CODES.get(code, 69),
                )
            )

    @property
    def _is_joining(self) -> bool:
        return self.stage in (Stage.REGISTERING, Stage.GREETING)

    def _meet(self, roster: dict[str, Contact], now: float) -> None:
        """Connects to the students of the roster, and greets them."""
        if self.stage in (Stage.PARTING, Stage.FINISHED):
            return
        if self.stage == Stage.REGISTERING:
            self.stage, self._since, self._notices = Stage.GREETING, now, 0
        for name, contact in roster.items():
            if name in self.peers and not contact.address:
                self.peers[name].is_gone = True
        for peer in self.students:
            if peer.is_gone:
                continue
            entry = roster.get(peer.name)
            if entry is None:
                if not peer.is_optional:
                    self._fail(WrongConfiguration(f"the rendezvous knows no '{peer.name}'"))
            elif peer.address != entry.address:
                peer.address, peer.welcomed = entry.address, False
                self._actions.append(Connect(peer.name, entry))
        self._greet()

    def _greet(self) -> None:
        for peer in self.students:
            if peer.address and not peer.is_gone and not peer.welcomed:
                self._send(peer, Kind.HELLO, body=self.hello)

    def _receive_hello(self, message: Message, hello: Hello, channel: Channel, now: float) -> None:
        sender = message.sender
        peer = self.peers.get(sender.name)
        known = peer.incarnation if peer else None
        if channel[0] != "inbox" or (known and is_later(known, sender.incarnation)):
            return
        refusal = self._objection(sender, hello, peer)
        if refusal or peer is None:
            refusal = refusal or Refusal(6, f"no '{sender.name}' teaches '{self.sender.name}'")
            if peer:
                peer.refusal = refusal.text
            self._warn(f"refused '{sender.name}': {refusal.text}")
            self._post(channel, Kind.REFUSE, body=refusal)
            return
        self._admit(sender)
        self._note(peer, sender, channel, now)
        peer.greeted = True
        self._post(channel, Kind.WELCOME)
        self._send_needs(peer)

    def _objection(self, sender: Sender, hello: Hello, peer: Neighbour | None) -> Refusal | None:
        own = self.sender
        if sender.run != own.run:
            return Refusal(2, f"'{own.name}' belongs to another run")
        if sender.configuration != own.configuration:
            return Refusal(3, f"'{own.name}' runs configuration {own.configuration.hex()}")
        if hello.classes != self.hello.classes:
            return Refusal(4, f"'{own.name}' tells {self.hello.classes} classes apart")
        if hello.sample_order != self.hello.sample_order:
            return Refusal(5, f"'{own.name}' has other samples, or takes them in another order")
        if sender.name == own.name:
            return Refusal(7, f"there is another learner named '{own.name}'")
        if peer is None or peer.teacher is None:
            return Refusal(6, f"no '{sender.name}' teaches '{own.name}' in this run")
        known = peer.incarnation
        if known not in (None, sender.incarnation) and not is_later(sender.incarnation, known or 0):
            return Refusal(7, f"another learner named '{sender.name}' has joined already")
        return None

    def _admit(self, sender: Sender) -> None:
        """Takes note of a later life of a neighbour."""
        peer = self.peers.get(sender.name)
        if peer is None or peer.incarnation is None or not self._is_of_this_run(sender):
            return
        if is_later(sender.incarnation, peer.incarnation):
            peer.begin_life(sender.incarnation)
            if peer.student:
                self._register()
            self._actions.append(Notice(f"'{sender.name}' has started again"))

    def _receive_refusal(self, message: Message, refusal: Refusal, channel: Channel) -> None:
        peer = self.peers.get(message.sender.name)
        if peer is None or peer.is_gone:
            return
        is_students = channel == ("student", peer.name)
        if not (is_students and not peer.welcomed) and refusal.code != 9:
            return
        if not is_students and not self._is_from_neighbour(message.sender, channel):
            return
        self._fail(
            CohortError(
                f"'{peer.name}' refused '{self.sender.name}': {refusal.text}",
                _REFUSAL_EXIT_CODES.get(refusal.code, 69),
            )
        )

    def _is_of_this_run(self, sender: Sender) -> bool:
        own = self.sender
        return (sender.run, sender.configuration) == (own.run, own.configuration)

    def _is_from_neighbour(self, sender: Sender, channel: Channel) -> bool:
        peer = self.peers.get(sender.name)
        if peer is None or not self._is_of_this_run(sender):
            return False
        if channel[0] == "inbox":
            return peer.greeted and peer.incarnation == sender.incarnation
        same = peer.incarnation is None or peer.incarnation == sender.incarnation
        return channel == ("student", sender.name) and same

    def _note(self, peer: Neighbour, sender: Sender, channel: Channel, now: float) -> None:
        peer.incarnation, peer.last_heard = sender.incarnation, now
        if channel[0] == "inbox" and isinstance(channel[1], bytes):
            peer.route = channel[1]

    # Messages of neighbours

    def _take(self, message: Message, channel: Channel, now: float) -> None:
        peer = self.peers[message.sender.name]
        self._note(peer, message.sender, channel, now)
        if message.step > peer.step:
            peer.step, peer.advanced = message.step, now
        place = (message.step, message.round)
        match message.kind:
            case Kind.WELCOME:
                peer.welcomed = True
                self._send_due(peer)
            case Kind.KNOWLEDGE:
                used = last_before(message.used_steps)
                if used and peer.student and not peer.student.accepts_late:
                    peer.outbound.acknowledge(used)
                    self._send_due(peer)
                self._take_knowledge(peer, message)
            case Kind.ACKNOWLEDGE:
                peer.outbound.acknowledge(place)
                self._send_due(peer)
                if peer.student and peer.student.accepts_late:
                    self._release()
            case Kind.NEED:
                self._resend(peer, place)
            case Kind.CHECKPOINT:
                self._note_checkpoint_of(peer, message.step)
            case Kind.END:
                peer.end, peer.end_over = place, channel
                self._settle_ends()
                self._release()
            case Kind.ENDED:
                peer.end_acknowledged = True
            case Kind.LEAVE:
                self._note_leave(peer, str(message.body))
            case Kind.ALIVE:
                self._note_sign(peer)

    def _note_leave(self, peer: Neighbour, reason: str) -> None:
        if self._end is not None or peer.end is not None:
            peer.end_acknowledged = True
        elif peer.is_optional:
            peer.is_gone = True
            self._warn(f"'{peer.name}' left the cohort, which goes on without it: {reason}")
        else:
            self._fail(Unavailable(f"'{peer.name}' left the cohort: {reason}"))

    def _note_sign(self, peer: Neighbour) -> None:
        """Asks a teacher whose late knowledge is used for what may be lost."""
        if not peer.accepts_late:
            return
        wanted = self._first_needed(peer)
        peer.silent_signs += 1
        if peer.silent_signs > _SILENT_SIGNS and peer.step >= wanted[0] and not peer.inbox:
            peer.silent_signs = 0
            self._send_back(peer, Kind.NEED, wanted)

    # Publishing

    def _students_due(self, place: Place) -> list[Neighbour]:
        return [p for p in self.students if p.student and p.student.due(*place)]

    def _students_behind(self, place: Place) -> list[Neighbour]:
        return [
            peer
            for peer in self._students_due(place)
            if not peer.is_optional
            and not peer.is_settled
            and not peer.outbound.admits(place[0], self.limits.window)
        ]

    def _try_to_publish(self) -> None:
        knowledge = self._offer
        assert knowledge is not None
        place = (knowledge.step, knowledge.round)
        if self.store.holds(place):
            # An earlier life wrote it down: its bytes count.
            self._distribute(place, is_new=False)
            return
        if self._students_behind(place):
            return
        if not self._has_room(knowledge.byte_count):
            floor = self._floor
            for peer in self.students:
                if peer.student and peer.student.accepts_late:
                    peer.outbound.discard(floor)
            self._release()
        if not self._has_room(knowledge.byte_count):
            if self.checkpoints is not None and self.checkpoints[0] == self._floor:
                self._fail(WrongConfiguration(self._full_journal))
            return
        self.store.publish(knowledge)
        self._recent[place] = knowledge
        self._distribute(place, is_new=True)

    def _has_room(self, size: int) -> bool:
        held = self.store.byte_count()
        return held == 0 or held + size <= self.limits.journal_bytes

    @property
    def _full_journal(self) -> str:
        return (
            f"the journal of '{self.sender.name}' is full ({self.limits.journal_bytes >> 20} MiB);"
            " make exchange.journal larger, or checkpoints.every smaller"
        )

    def _distribute(self, place: Place, *, is_new: bool) -> None:
        self.published = place
        for peer in self._students_due(place):
            if is_new and not peer.is_settled and not peer.outbound.has_used(place):
                peer.outbound.outstanding.append(place)
            self._send_due(peer)
        self._offer, self.is_done = None, True

    def _send_due(self, peer: Neighbour) -> None:
        """Sends a student what it is to receive, as far as the window allows."""
        out, link = peer.outbound, peer.student
        if link is None or not peer.welcomed or not out.is_placed or peer.is_settled:
            return
        while out.may_send_next(self.limits.window):
            place = out.outstanding[out.sent]
            out.sent += 1
            knowledge = self._recalled(place).only(link.due(*place))
            is_newest = place == self.published
            self._actions.append(
                Send(
                    ("student", peer.name),
                    Message(
                        Kind.KNOWLEDGE,
                        self.sender,
                        *place,
                        knowledge.epoch,
                        knowledge.batch_digest,
                        self._used_steps(place, is_newest),
                        tensors=knowledge.tensors,
                    ),
                )
            )

    def _recalled(self, place: Place) -> Knowledge:
        """What was published at a place; the newest is still at hand."""
        if place not in self._recent:
            self._recent[place] = self.store.recall(place)
            while len(self._recent) > 2 * self.limits.window:
                del self._recent[next(iter(self._recent))]
        return self._recent[place]

    def _used_steps(self, place: Place, is_newest: bool) -> int:
        """After how many steps all is used that was taught."""
        if self.used is None:
            return 0
        return min(place[0], self.used[0] + 1) if is_newest else self.used[0]

    def _sends_soon(self, peer: Neighbour, used: Place) -> bool:
        """Whether a teacher will see from the next knowledge it is sent that a place was used."""
        link, out = peer.student, peer.outbound
        if link is None or not peer.welcomed or not out.is_placed or peer.is_settled:
            return False
        place = (used[0] + 1, BEFORE)
        is_all_sent = out.next is None and not out.has_used(place)
        return bool(link.due(*place)) and is_all_sent and out.admits(place[0], self.limits.window)

    def _resend(self, peer: Neighbour, place: Place) -> None:
        """Begins anew with a student at the place that it asks for."""
        link = peer.student
        if link is None:
            return
        declared = peer.outbound.checkpoint_of_life or 0
        if not link.accepts_late and place[0] < declared:
            return
        kept = [p for p in self.store.places() if rank(p) >= rank(place) and link.due(*p)]
        peer.outbound.restart(kept, last_before(place[0]))
        if not peer.is_optional and self._has_lost(link, place):
            text = (
                f"'{peer.name}' needs what was published at step {place[0]}, and the journal of"
                f" '{self.sender.name}' goes back to step {self._released} alone; begin a new run"
            )
            self._post(("student", peer.name), Kind.REFUSE, body=Refusal(9, text))
            return
        self._send_due(peer)

    def _has_lost(self, link: Link, place: Place) -> bool:
        """Whether something that was due from a place on can no longer be recalled."""
        return any(
            link.due(step, number)
            for step in range(place[0], self._released)
            for number in range(VALIDATION + 1)
            if rank((step, number)) >= rank(place)
        )

    # Keeping

    @property
    def _floor(self) -> int:
        """The first step of which something may still be needed."""
        steps = [peer.outbound.checkpoint for peer in self.students if not peer.is_settled]
        if self.checkpoints is not None:
            steps.append(self.checkpoints[0])
        return min(steps, default=2**31)

    def _note_checkpoint_of(self, peer: Neighbour, step: int) -> None:
        out = peer.outbound
        out.checkpoint_of_life = max(step, out.checkpoint_of_life or 0)
        if peer.student and not peer.student.accepts_late:
            passed = [place for place in out.outstanding if place[0] < step]
            if passed:
                out.acknowledge(passed[-1])
                self._send_due(peer)
        out.checkpoint = max(step, out.checkpoint)
        self._release()

    def _release(self) -> None:
        late = [
            peer.outbound.outstanding[0][0]
            for peer in self.students
            if peer.student
            and peer.student.accepts_late
            and not peer.is_settled
            and peer.outbound.outstanding
        ]
        floor = min([self._floor, *late])
        if self._released < floor < 2**31:
            self._released = floor
            self.store.release(floor)

    # Gathering

    def _is_due(self, peer: Neighbour, gathering: Gathering) -> bool:
        if peer.teacher is None or not peer.teacher.due(*gathering.place):
            return False
        if gathering.past is None or not peer.is_optional:
            return True
        return any(t.name == peer.name and t.taught for t in gathering.past.teachers)

    def _absence(self, peer: Neighbour, gathering: Gathering, now: float) -> str | None:
        """Why a place goes on without a teacher; None where it must be waited for."""
        if not peer.is_optional or gathering.past is not None:
            return None
        if peer.is_gone:
            return "it has left"
        if peer.end is not None and rank(peer.end) < rank(gathering.place):
            return "it has ended"
        if peer.is_late:
            return "it is late"
        return "it did not come in time" if now - self._since >= self.limits.missing else None

    def _awaited(self, now: float) -> list[Neighbour]:
        gathering = self.gathering
        if gathering is None:
            return []
        return [
            peer
            for peer in self.teachers
            if self._is_due(peer, gathering)
            and not peer.holds(gathering.place)
            and not self._is_in_quarantine(peer, gathering.place[0])
            and self._absence(peer, gathering, now) is None
        ]

    def _is_in_quarantine(self, peer: Neighbour, step: int) -> bool:
        return step < self._quarantine.get(peer.name, 0)

    def _take_knowledge(self, peer: Neighbour, message: Message) -> None:
        place = (message.step, message.round)
        settled = peer.taken if peer.accepts_late else self.gathered
        link = peer.teacher
        if link is None or peer.holds(place) or self._end is not None:
            return
        if settled is not None and rank(place) <= rank(settled):
            return
        steps = {p[0] for p in [*peer.inbox, *peer.rejected, place]}
        if len(steps) > self.limits.window:
            return self._warn(f"ignored knowledge of '{peer.name}' at {place}: it is too early")
        names = link.due(*place)
        if not names:
            return self._warn(f"ignored knowledge of '{peer.name}' at {place}: none is due")
        knowledge = Knowledge(*place, message.epoch, message.batch_digest, message.tensors).only(
            names
        )
        objection = link.objection(knowledge)
        if objection:
            peer.rejected[place] = objection
        else:
            peer.inbox[place] = knowledge
        peer.silent_signs = 0
        if peer.is_late and (self.gathered is None or rank(place) > rank(self.gathered)):
            peer.is_late = False
            self._actions.append(Notice(f"'{peer.name}' takes part again at step {place[0]}"))

    def _try_to_gather(self, now: float) -> None:
        gathering = self.gathering
        assert gathering is not None
        for peer in self.teachers:
            if self._is_due(peer, gathering):
                self._judge(peer, gathering)
        if self.failure is None and not self._awaited(now) and self._has_quorum(gathering):
            self._complete(gathering, now)

    def _has_quorum(self, gathering: Gathering) -> bool:
        """Whether enough learners take part in a place, this one among them."""
        due = [peer for peer in self.teachers if self._is_due(peer, gathering)]
        present = 1 + sum(peer.holds(gathering.place) for peer in due)
        if gathering.past is not None or self.limits.quorum == "none":
            return True
        if self.limits.quorum == "majority":
            return 2 * present > len(due) + 1
        return present >= min(int(self.limits.quorum), len(due) + 1)

    def _judge(self, peer: Neighbour, gathering: Gathering) -> None:
        """Rejects what is of another batch; fails where a teacher will not teach."""
        place = gathering.place
        knowledge = peer.inbox.get(place)
        if knowledge is not None and knowledge.batch_digest != gathering.digest:
            del peer.inbox[place]
            peer.rejected[place] = (
                f"it is of another batch (digest {knowledge.batch_digest:016x},"
                f" here {gathering.digest:016x})"
            )
        if peer.holds(place) or peer.is_optional:
            return
        if peer.is_gone or (peer.end is not None and rank(peer.end) < rank(place)):
            self._fail(
                Unavailable(f"'{peer.name}' has ended, and its knowledge of {place} is needed")
            )

    def _complete(self, gathering: Gathering, now: float) -> None:
        place = gathering.place
        for peer in self.teachers:
            if not self._is_due(peer, gathering):
                continue
            if place in peer.rejected:
                gathering.absent[peer.name] = peer.rejected[place]
                self._strike(peer, place[0], peer.rejected[place])
            elif self._is_in_quarantine(peer, place[0]):
                gathering.absent[peer.name] = "it is in quarantine"
            elif place in peer.inbox:
                gathering.knowledge[peer.name] = peer.inbox[place]
            else:
                reason = self._absence(peer, gathering, now) or "it is not there"
                gathering.absent[peer.name] = reason
                if not peer.is_late:
                    peer.is_late = True
                    self._actions.append(
                        Notice(f"going on without '{peer.name}' at step {place[0]}: {reason}")
                    )
        self._settle(gathering)
        self.gathered = place
        self.is_done = True

    def _settle(self, gathering: Gathering) -> None:
        place = gathering.place
        for peer in self.teachers:
            if peer.accepts_late:
                early = sorted((p for p in peer.inbox if rank(p) < rank(place)), key=rank)
                if gathering.past is None:
                    gathering.late += [(peer.name, peer.inbox[p]) for p in early]
                held = [p for p in [*peer.inbox, *peer.rejected] if rank(p) <= rank(place)]
                if held:
                    peer.taken = max(held, key=rank)
            peer.discard(place)

    def _strike(self, peer: Neighbour, step: int, objection: str) -> None:
        count = self._strikes[peer.name] = self._strikes.get(peer.name, 0) + 1
        text = f"the knowledge of '{peer.name}' at step {step} is not used: {objection}"
        if count >= self.limits.strikes:
            self._quarantine[peer.name] = step + 1 + self.limits.quarantine
            text += f"; nothing of it is used for {self.limits.quarantine} steps"
        self._actions.append(Notice(text))

    def _first_needed(self, peer: Neighbour) -> Place:
        settled = peer.taken if peer.accepts_late else self.gathered
        return following(settled) if settled else (0, BEFORE)

    def _send_needs(self, peer: Neighbour) -> None:
        if self._end is None:
            self._send_back(peer, Kind.NEED, self._first_needed(peer))
            self._send_checkpoints([peer])

    def _send_checkpoints(self, teachers: list[Neighbour]) -> None:
        step = self.checkpoints[0] if self.checkpoints is not None else self._position
        for peer in teachers:
            self._send_back(peer, Kind.CHECKPOINT, (step, 0))

    @property
    def _position(self) -> int:
        """The step that this learner is at."""
        places = [place[0] for place in (self.published, self.gathered) if place]
        return max(places, default=0)

    def _acknowledge(self, teachers: list[Neighbour]) -> None:
        for peer in teachers:
            if not peer.still_teaches:
                continue
            place = peer.credited if peer.accepts_late else self.used
            if place is None:
                self._send_back(peer, Kind.ALIVE)
            else:
                self._send_back(peer, Kind.ACKNOWLEDGE, place)

    # Going on

    def _progress(self, now: float) -> None:
        if self.failure is not None:
            self.is_done = True
            return
        if self.stage == Stage.GREETING and self._is_complete(now):
            self.stage = Stage.RUNNING
        if self.is_done or self._is_joining:
            return
        if self._request == "join":
            self.is_done = True
        elif self._request == "publish":
            self._try_to_publish()
        elif self._request == "gather":
            self._try_to_gather(now)
        elif self._request == "finish":
            self._try_to_finish()

    def _is_complete(self, now: float) -> bool:
        missing = [peer for peer in self.peers.values() if not peer.is_joined]
        if not missing:
            return True
        patient = now - self._since >= self.limits.missing
        return patient and all(peer.is_optional for peer in missing)

    def _try_to_finish(self) -> None:
        if self.stage == Stage.RUNNING:
            last = self.published
            number = last[1] if last and last[0] == self._last_step else BEFORE
            self._end = (self._last_step, number)
            self.stage = Stage.FINISHING
            self._announce_end()
            self._settle_ends()
        if self.stage == Stage.FINISHING and not self._unsettled:
            self.stage = Stage.PARTING
            self._post(("rendezvous", ""), Kind.END, self._end or (0, 0))

    @property
    def _unsettled(self) -> list[Neighbour]:
        return [
            peer
            for peer in self.peers.values()
            if not peer.is_settled and (not peer.is_optional or peer.last_heard is not None)
        ]

    def _announce_end(self) -> None:
        for peer in self._unsettled:
            self._send(peer, Kind.END, self._end or (0, 0))

    def _settle_ends(self) -> None:
        """Answers the ends of those of whom nothing more is needed."""
        for peer in self.peers.values():
            if peer.end and peer.end_over and not self._needs(peer, peer.end):
                channel, peer.end_over = peer.end_over, None
                self._post(channel, Kind.ENDED, peer.end)

    def _needs(self, peer: Neighbour, end: Place) -> bool:
        if peer.teacher is None or self._end is not None:
            return False
        is_kept = self.checkpoints is None or self.checkpoints[1] > end[0]
        return not is_kept or not at_least(self.used, end)

    # The beat

    def _repeat(self, now: float) -> None:
        if self.failure is not None or self.stage == Stage.FINISHED:
            return
        if self.stage == Stage.PARTING:
            self._post(("rendezvous", ""), Kind.END, self._end or (0, 0))
            return
        if self._is_joining or self._needs_roster(now):
            self._register()
        self._greet()
        self._acknowledge(self.teachers)
        if self._is_joining:
            return
        for peer in self.students:
            if not peer.is_settled:
                self._send(peer, Kind.ALIVE, (self._position, 0))
        self._send_checkpoints([peer for peer in self.teachers if peer.greeted])
        self._ask_again(now)
        if self.stage == Stage.FINISHING:
            self._announce_end()

    def _needs_roster(self, now: float) -> bool:
        recently = now - 4 * self.limits.beat
        return any(
            not peer.is_settled
            and (
                (peer.student and not peer.welcomed)
                or peer.last_heard is None
                or peer.last_heard <= recently
            )
            for peer in self.peers.values()
        )

    def _ask_again(self, now: float) -> None:
        if self._request != "gather" or self.is_done or self.gathering is None:
            return
        if now - self._since < self.limits.beat:
            return
        for peer in self._awaited(now):
            place = self._first_needed(peer) if peer.accepts_late else self.gathering.place
            if peer.greeted and peer.step >= place[0]:
                self._send_back(peer, Kind.NEED, place)

    def _waits_for(self, now: float) -> tuple[list[str], str]:
        """Who keeps this learner waiting, and for what."""
        if self.stage in (Stage.REGISTERING, Stage.PARTING):
            return ["the rendezvous"], "to answer"
        if self.stage == Stage.GREETING:
            return [p.name for p in self.peers.values() if not p.is_joined], "to join"
        if self.is_done:
            return [], ""
        if self._request == "publish" and self._offer is not None:
            place = (self._offer.step, self._offer.round)
            behind = self._students_behind(place)
            if behind:
                return [p.name for p in behind], f"to catch up with step {place[0]}"
            keepers = [p.name for p in self.students if not p.is_settled]
            return keepers, "to make a checkpoint, as the journal is full"
        if self._request == "gather" and self.gathering is not None:
            place = self.gathering.place
            due = [p for p in self.teachers if self._is_due(p, self.gathering)]
            awaited = self._awaited(now) or [p for p in due if not p.holds(place)]
            return [p.name for p in awaited], f"at step {place[0]}"
        return [p.name for p in self._unsettled], "to acknowledge the end"

    def _remind(self, now: float) -> None:
        whom, purpose = self._waits_for(now)
        waited = now - self._since
        if whom and waited >= self.limits.notice * (self._notices + 1):
            self._notices += 1
            self._actions.append(Notice(f"waiting {waited:.0f} s for {', '.join(whom)} {purpose}"))

    def _expire(self, now: float) -> None:
        is_join = self._is_joining or self.stage == Stage.PARTING
        limit = self.limits.join if is_join else self.limits.step
        whom, purpose = self._waits_for(now)
        if not whom or now - self._since < limit or self.failure is not None:
            return
        if self.stage == Stage.PARTING:
            self.stage, self.is_done = Stage.FINISHED, True
        elif self.stage == Stage.REGISTERING:
            if now - self._since >= limit + 4 * self.limits.beat:
                self._fail(Unavailable(f"the rendezvous sent no roster within {limit:g} s"))
        elif self.stage == Stage.GREETING:
            refusals = [p.refusal for p in self.peers.values() if p.refusal]
            names = ", ".join(f"'{name}'" for name in whom)
            self._fail(
                Unavailable("; ".join([f"{names} did not join within {limit:g} s", *refusals]))
            )
        else:
            self._expire_running(whom, purpose, limit, now)

    def _expire_running(self, whom: list[str], purpose: str, limit: float, now: float) -> None:
        verdicts = [self._silence(self.peers[name], purpose, limit, now) for name in whom]
        found = [verdict for verdict in verdicts if verdict]
        if self.stage == Stage.FINISHING:
            if len(found) == len(whom):
                self._actions.append(Notice("; ".join(found)))
                self.stage, self._since = Stage.PARTING, now
        elif found:
            self._fail(Unavailable("; ".join(found)))

    def _silence(self, peer: Neighbour, purpose: str, limit: float, now: float) -> str | None:
        """Tells a dead peer from one that lives and does nothing; None where it may still come."""
        heard = peer.last_heard if peer.last_heard is not None else self._since
        quiet = now - heard
        if quiet >= limit:
            return f"'{peer.name}' died or cannot be reached: silent for {quiet:.0f} s"
        if quiet >= min(8 * self.limits.beat, limit / 2):
            return None
        link = peer.teacher or peer.student
        if link is None or link.is_relay or self.stage == Stage.FINISHING:
            return None
        advanced = max([p.advanced for p in self.peers.values()] + [self._since])
        if now - advanced < limit:
            return None
        return f"'{peer.name}' stalled: it lives, but kept '{self.sender.name}' waiting {purpose}"
