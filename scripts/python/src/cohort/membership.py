"""One learner's membership in a cohort: it joins, publishes, gathers, and comes to its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import zmq

from .actions import Action
from .contact import Invitation
from .conversation import Conversation
from .curve import Keys
from .errors import CohortError
from .gathering import Gathering
from .greeting import PROGRAM
from .journal import JournalWriter, Teacher, Used, published_digest
from .limits import Limits
from .neighbours import Link
from .places import Place
from .tensors import Knowledge
from .transport import Inbox, Transport
from .wire import Contact, Hello, Sender, first_incarnation


@dataclass(frozen=True)
class Progress:
    """Where an earlier life ended, by its checkpoints; the default is a beginning."""

    position: int = 0
    """How many steps are done."""
    checkpoints: tuple[int, int] | None = (0, 0)
    """The steps of the oldest and the newest; None for a learner that can begin at any step."""
    taken: dict[str, Place] | None = None


class Membership:
    """The exchange with the neighbours, with a journal of all that is published and used.

    Use it as a context manager: an exception tells the neighbours that this learner has left.
    """

    def __init__(
        self,
        name: str,
        invitation: Invitation,
        directory: str | os.PathLike[str],
        *,
        classes: int,
        sample_order: int,
        greeting: str = PROGRAM,
        teachers: Sequence[Link] = (),
        students: Sequence[Link] = (),
        keys: Keys | None = None,
        limits: Limits | None = None,
        progress: Progress | None = None,
        host: str | None = None,
        advertise: str | None = None,
        keeps_journal: bool = False,
    ) -> None:
        """Opens the journal below `directory`, and binds the inbox; nothing is sent yet."""
        limits = limits or Limits()
        self.progress = progress or Progress()
        """Where an earlier life ended; it counts from `join` on."""
        if invitation.rendezvous_key and keys is None:
            raise CohortError(
                f"the run is secured: give '{name}' its keys, NAME.key_secret of `cohort keys new"
                f" {name}`",
                77,
            )
        if keys and not invitation.rendezvous_key:
            keys = None
        self.name = name
        self.directory = Path(directory)
        self._lock = _lock(self.directory)
        self.journal = JournalWriter(
            self.directory / "journal",
            Sender(invitation.run, invitation.configuration, name, first_incarnation()),
            segment_bytes=max(1 << 20, limits.journal_bytes // 8),
            keeps_all=keeps_journal,
        )
        self._past = self.journal.past.used
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        domain = f"cohort-{invitation.run.hex()}"
        inbox = Inbox(
            self._context,
            invitation.rendezvous,
            keys,
            domain,
            host=host,
            advertise=advertise,
            window=limits.window,
        )
        self._transport = Transport(
            inbox,
            self._context,
            invitation.rendezvous,
            keys=keys,
            rendezvous_key=invitation.rendezvous_key,
            limit=limits.message_bytes,
            window=limits.window,
        )
        contact = Contact(inbox.address, keys.public if keys else bytes(32))
        self._make: Callable[[float], Conversation] = lambda now: Conversation(
            self.journal.sender,
            Hello(classes, sample_order, greeting),
            contact,
            teachers,
            students,
            limits,
            self.journal,
            now=now,
            position=self.progress.position,
            checkpoints=self.progress.checkpoints,
            taken=self.progress.taken,
        )
        self._is_open = False
        self.interrupted: Callable[[], None] = lambda: None
        """Called while a request waits; what it raises ends the wait."""

    def __enter__(self) -> Membership:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None and not isinstance(error, CohortError):
            self.leave(f"{type(error).__name__}: {error}")
        self.close()

    def _ask(self, request: Callable[[Conversation, float], list[Action]]) -> None:
        self._transport.ask(request, self.interrupted)

    def join(self) -> None:
        """Registers, and waits until all neighbours are there."""
        self._transport.start(self._make(time.monotonic()))
        self._is_open = True
        self._ask(lambda conversation, now: conversation.join(now))

    def publish(self, knowledge: Knowledge) -> None:
        """Publishes, as soon as the students are near enough.

        Where an earlier life published at the same step and round, that counts, to the bit.
        """
        self._ask(lambda conversation, now: conversation.publish(knowledge, now))

    def gather(self, place: Place, digest: int | None) -> Gathering:
        """What the teachers publish at a step and round, when all of it is there.

        Without a digest it may be of any batch: of the one whose samples it brings.
        It is written down as used before the teachers learn of it.
        """
        past = self._past.get(place)
        self._ask(lambda c, now: c.gather(place, digest, now, past))
        gathering = self._transport.conversation.gathering
        assert gathering is not None
        if past is not None:
            self._compare(past, gathering)

        def use(conversation: Conversation, now: float) -> list[Action]:
            if past is None:
                self.journal.use(_record(gathering))
            return conversation.note_use(now)

        self._ask(use)
        return gathering

    def _compare(self, past: Used, gathering: Gathering) -> None:
        """Makes sure that a later life uses what an earlier one did."""
        for teacher in past.teachers:
            found = gathering.knowledge.get(teacher.name)
            if teacher.taught and found and published_digest(found) != teacher.taught[3]:
                raise CohortError(
                    f"'{teacher.name}' published something else at step {past.step} than an earlier"
                    f" life of '{self.name}' used; begin a new run",
                    65,
                )
        gathering.late = [(t.name, t.late) for t in past.teachers if t.late is not None]

    def journal_flush(self) -> None:
        """Makes the journal survive a loss of power: before every checkpoint."""

        def flush(conversation: Conversation, now: float) -> list[Action]:
            self.journal.flush()
            return []

        self._ask(flush)

    def checkpointed(self, oldest: int, newest: int) -> None:
        """Lets the teachers know from which step on this learner would go on."""
        self._ask(lambda conversation, now: conversation.note_checkpoint(oldest, newest, now))

    def taken(self) -> dict[str, Place]:
        """How far the late knowledge of each teacher was taken in: part of a checkpoint."""
        peers = self._transport.conversation.teachers
        return {peer.name: peer.taken for peer in peers if peer.accepts_late and peer.taken}

    @property
    def last_published(self) -> Place | None:
        """The last step and round that any life published; None for none."""
        places = self.journal.places()
        return places[-1] if places else None

    def finish(self, last_step: int) -> None:
        """Waits until all neighbours have used what they need, and says goodbye."""

        def end(conversation: Conversation, now: float) -> list[Action]:
            self.journal.end(last_step)
            return conversation.finish(last_step, now)

        self._ask(end)

    def leave(self, reason: str) -> None:
        """Tells the neighbours why this learner stops early; they stop too, or go on without."""
        if not self._is_open:
            return
        with contextlib.suppress(CohortError):
            self._ask(lambda conversation, now: conversation.leave(reason, now))

    def close(self) -> None:
        """Closes sockets and journal; what was sent last leaves within a second."""
        self._transport.stop()
        self._context.term()
        self.journal.close()
        os.close(self._lock)


def _lock(directory: Path) -> int:
    """Holds a directory for this process. Raises CohortError where another one has it."""
    directory.mkdir(parents=True, exist_ok=True)
    file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise CohortError(f"another process uses {directory}", 78) from error
    return file


def _record(gathering: Gathering) -> Used:
    teachers = [Teacher(name, late=knowledge) for name, knowledge in gathering.late]
    for name, knowledge in gathering.knowledge.items():
        place = (knowledge.epoch, knowledge.step, knowledge.round)
        teachers.append(Teacher(name, taught=(*place, published_digest(knowledge))))
    teachers += [Teacher(name, reason=reason) for name, reason in gathering.absent.items()]
    return Used(*gathering.place, tuple(teachers))
