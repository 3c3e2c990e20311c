"""One learner's side of the lockstep exchange, without sockets, threads and clocks.

Messages, requests and the time go in; actions come out. The stages: **registering** with the
rendezvous until the roster comes; **greeting**, until every student has welcomed this learner and
every teacher has greeted it; **running**; **finishing**, in which the end is announced until all
neighbours have answered; **parting**, in which the rendezvous is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .actions import Action
from .ending import Ending
from .errors import CohortError, CorruptData
from .feedback import Feedback
from .gathering import Gatherer, Gathering
from .joining import Joining
from .journal import Used
from .limits import Limits
from .neighbours import Channel, Link, Neighbour
from .patience import Patience
from .places import Place
from .publishing import Publisher
from .receiving import Receiver
from .session import Session, Stage, Store
from .tensors import Knowledge
from .wire import Contact, Hello, Kind, Message, Sender


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
        self._session = session = Session(
            sender,
            hello,
            contact,
            teachers,
            students,
            limits,
            store,
            now=now,
            position=position,
            checkpoints=checkpoints,
            taken=taken or {},
        )
        self._publisher = Publisher(session)
        self._gatherer = Gatherer(session)
        self._feedback = Feedback(session, self._publisher, self._gatherer)
        self._ending = Ending(session)
        self._joining = Joining(session, self._feedback)
        self._receiver = Receiver(
            session, self._publisher, self._gatherer, self._feedback, self._ending, self._joining
        )
        self._patience = Patience(session, self._publisher, self._gatherer, self._ending, now)

    # How far it has come

    @property
    def is_done(self) -> bool:
        """Whether the answer of the request under way is there."""
        return self._session.is_done

    @property
    def failure(self) -> CohortError | None:
        """What ended the conversation early."""
        return self._session.failure

    @property
    def contact(self) -> Contact:
        """Where others reach this learner."""
        return self._session.contact

    @property
    def peers(self) -> Mapping[str, Neighbour]:
        """All neighbours by name."""
        return self._session.peers

    @property
    def teachers(self) -> Sequence[Neighbour]:
        """The neighbours that teach this learner."""
        return self._session.teachers

    @property
    def gathered(self) -> Place | None:
        """The last place that was gathered."""
        return self._session.gathered

    @property
    def gathering(self) -> Gathering | None:
        """What was gathered last, or is being gathered."""
        return self._gatherer.gathering

    @property
    def next_tick(self) -> float:
        """When the next tick is due."""
        return self._patience.next_tick

    # Requests

    def join(self, now: float) -> list[Action]:
        """Registers, and greets all neighbours."""
        self._session.begin("join", now)
        return self._after(now)

    def publish(self, knowledge: Knowledge, now: float) -> list[Action]:
        """Publishes knowledge, when its students are not too far behind.

        What an earlier life published at the same place is published in its stead.
        """
        self._session.begin("publish", now)
        self._publisher.offer = knowledge
        return self._after(now)

    def gather(
        self, place: Place, digest: int | None, now: float, past: Used | None = None
    ) -> list[Action]:
        """Gathers what the teachers publish at a place; `gathering` then holds it."""
        self._session.begin("gather", now)
        self._gatherer.gathering = Gathering(place, digest, past=past)
        return self._after(now)

    def note_use(self, now: float) -> list[Action]:
        """Lets the teachers know that what was gathered last is written down as used."""
        self._feedback.note_use()
        self._ending.settle_ends()
        return self._after(now)

    def note_checkpoint(self, oldest: int, newest: int, now: float) -> list[Action]:
        """Notes the learner's own checkpoints: it will not ask for anything of earlier steps."""
        self._session.checkpoints = (oldest, newest)
        self._feedback.send_checkpoints([peer for peer in self._session.teachers if peer.greeted])
        self._ending.settle_ends()
        self._publisher.release()
        return self._after(now)

    def finish(self, last_step: int, now: float) -> list[Action]:
        """Announces the end until all neighbours have answered."""
        self._session.begin("finish", now)
        self._ending.last_step = last_step
        return self._after(now)

    def leave(self, reason: str, now: float) -> list[Action]:
        """Tells the neighbours why this learner stops early."""
        self._ending.leave(reason)
        return self._after(now)

    # What comes in

    def receive(self, message: Message, channel: Channel, now: float) -> list[Action]:
        """Takes a message."""
        self._patience.forgive(now)
        self._receiver.receive(message, channel, now)
        return self._after(now)

    def damaged(self, error: CorruptData, channel: Channel, now: float) -> list[Action]:
        """Takes a message that cannot be read."""
        self._receiver.damaged(error, channel)
        return self._after(now)

    def tick(self, now: float) -> list[Action]:
        """Looks whether a step goes on; at a beat, repeats what may be lost and looks at limits."""
        self._patience.forgive(now)
        self._patience.last_tick = now
        if now >= self._patience.next_beat:
            self._patience.next_beat = now + self._session.limits.beat
            self._repeat(now)
            self._patience.remind(now)
            self._patience.expire(now)
        return self._after(now)

    def _after(self, now: float) -> list[Action]:
        self._progress(now)
        actions, self._session.actions = self._session.actions, []
        return actions

    def _progress(self, now: float) -> None:
        """Goes on with the request under way, as far as it can."""
        session = self._session
        if session.failure is not None:
            session.is_done = True
            return
        if session.stage == Stage.GREETING and self._joining.is_complete(now):
            session.stage = Stage.RUNNING
        if session.is_done or session.is_joining:
            return
        if session.request == "join":
            session.is_done = True
        elif session.request == "publish":
            self._publisher.try_to_publish()
        elif session.request == "gather":
            self._gatherer.try_to_gather(now)
        elif session.request == "finish":
            self._ending.try_to_finish()

    def _repeat(self, now: float) -> None:
        """Sends again what may be lost."""
        session = self._session
        if session.failure is not None or session.stage == Stage.FINISHED:
            return
        if session.stage == Stage.PARTING:
            self._ending.part()
            return
        if session.is_joining or self._patience.needs_roster(now):
            self._joining.register()
        self._joining.greet()
        self._feedback.acknowledge(session.teachers)
        if session.is_joining:
            return
        for peer in session.students:
            if not peer.is_settled:
                session.send(peer, Kind.ALIVE, (session.position, 0))
        self._feedback.send_checkpoints([peer for peer in session.teachers if peer.greeted])
        self._feedback.ask_again(now)
        if session.stage == Stage.FINISHING:
            self._ending.announce_end()
