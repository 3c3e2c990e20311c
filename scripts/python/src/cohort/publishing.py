"""The part of a conversation that publishes: for the students, as far as they have come."""

from __future__ import annotations

from .actions import Send
from .errors import WrongConfiguration
from .neighbours import Link, Neighbour
from .places import BEFORE, ROUNDS, Place, last_before, rank
from .session import Session
from .tensors import Knowledge
from .wire import Kind, Message, Refusal


class Publisher:
    """Writes down what is published, sends it as the window allows, and sends it again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.offer: Knowledge | None = None
        """What is to be published, and waits for students or for room in the journal."""
        self._recent: dict[Place, Knowledge] = {}
        self._sent: tuple[tuple[Place, list[str], int], Message] | None = None
        """The message that was sent last, by what it holds."""
        places = session.store.places()
        self._released = places[0][0] if places else 0

    def _students_due(self, place: Place) -> list[Neighbour]:
        return [p for p in self._session.students if p.student and p.student.due(*place)]

    def students_behind(self, place: Place) -> list[Neighbour]:
        """The students for which a place must wait."""
        return [
            peer
            for peer in self._students_due(place)
            if not peer.is_optional
            and not peer.is_settled
            and not peer.outbound.admits(place[0], self._session.limits.window)
        ]

    def try_to_publish(self) -> None:
        """Publishes what is offered, where the students and the journal have room."""
        knowledge = self.offer
        assert knowledge is not None
        place = (knowledge.step, knowledge.round)
        if self._session.store.holds(place):
            # An earlier life wrote it down: its bytes count.
            self._distribute(place, is_new=False)
            return
        if self.students_behind(place):
            return
        if not self._has_room(knowledge.byte_count):
            floor = self._floor
            for peer in self._session.students:
                if peer.student and peer.student.accepts_late:
                    peer.outbound.discard(floor)
            self.release()
        if not self._has_room(knowledge.byte_count):
            if (
                self._session.checkpoints is not None
                and self._session.checkpoints[0] == self._floor
            ):
                self._session.fail(WrongConfiguration(self._full_journal))
            return
        self._session.store.publish(knowledge)
        self._remember(place, knowledge)
        self._distribute(place, is_new=True)

    def _has_room(self, size: int) -> bool:
        held = self._session.store.byte_count()
        return held == 0 or held + size <= self._session.limits.journal_bytes

    @property
    def _full_journal(self) -> str:
        session = self._session
        return (
            f"the journal of '{session.sender.name}' is full"
            f" ({session.limits.journal_bytes >> 20} MiB);"
            " make exchange.journal larger, or checkpoints.every smaller"
        )

    def _distribute(self, place: Place, *, is_new: bool) -> None:
        self._session.published = place
        for peer in self._students_due(place):
            if is_new and not peer.is_settled and not peer.outbound.has_used(place):
                peer.outbound.outstanding.append(place)
            self.send_due(peer)
        self.offer, self._session.is_done = None, True

    def send_due(self, peer: Neighbour) -> None:
        """Sends a student what it is to receive, as far as the window allows."""
        out, link = peer.outbound, peer.student
        if link is None or not peer.welcomed or not out.is_placed or peer.is_settled:
            return
        while out.may_send_next(self._session.limits.window):
            place = out.outstanding[out.sent]
            out.sent += 1
            message = self._message(place, link.due(*place))
            self._session.actions.append(Send(("student", peer.name), message))

    def _message(self, place: Place, names: list[str]) -> Message:
        """What a student receives of a place; several students receive the same message."""
        used = self._used_steps(place, place == self._session.published)
        if self._sent is not None and self._sent[0] == (place, names, used):
            return self._sent[1]
        knowledge = self._recalled(place).only(names)
        message = Message(
            Kind.KNOWLEDGE,
            self._session.sender,
            *place,
            knowledge.epoch,
            knowledge.batch_digest,
            used,
            tensors=knowledge.tensors,
        )
        self._sent = ((place, names, used), message)
        return message

    def _recalled(self, place: Place) -> Knowledge:
        """What was published at a place; the newest is still at hand."""
        if place not in self._recent:
            self._remember(place, self._session.store.recall(place))
        return self._recent[place]

    def _remember(self, place: Place, knowledge: Knowledge) -> None:
        """Has the newest at hand; the journal has all of it."""
        self._recent[place] = knowledge
        while len(self._recent) > 2 * self._session.limits.window:
            del self._recent[next(iter(self._recent))]

    def _used_steps(self, place: Place, is_newest: bool) -> int:
        """After how many steps all is used that was taught."""
        if self._session.used is None:
            return 0
        return min(place[0], self._session.used[0] + 1) if is_newest else self._session.used[0]

    def sends_soon(self, peer: Neighbour, used: Place) -> bool:
        """Whether a teacher will see from the next knowledge it is sent that a place was used."""
        link, out = peer.student, peer.outbound
        if link is None or not peer.welcomed or not out.is_placed or peer.is_settled:
            return False
        place = (used[0] + 1, BEFORE)
        is_all_sent = out.next is None and not out.has_used(place)
        return (
            bool(link.due(*place))
            and is_all_sent
            and out.admits(place[0], self._session.limits.window)
        )

    def resend(self, peer: Neighbour, place: Place) -> None:
        """Begins anew with a student at the place that it asks for."""
        link = peer.student
        if link is None:
            return
        declared = peer.outbound.checkpoint_of_life or 0
        if not link.accepts_late and place[0] < declared:
            return
        kept = [p for p in self._session.store.places() if rank(p) >= rank(place) and link.due(*p)]
        peer.outbound.restart(kept, last_before(place[0]))
        if not peer.is_optional and self._has_lost(link, place):
            text = (
                f"'{peer.name}' needs what was published at step {place[0]}, and the journal of"
                f" '{self._session.sender.name}' goes back to step {self._released} alone; begin a"
                " new run"
            )
            self._session.post(("student", peer.name), Kind.REFUSE, body=Refusal(9, text))
            return
        self.send_due(peer)

    def _has_lost(self, link: Link, place: Place) -> bool:
        """Whether something that was due from a place on can no longer be recalled."""
        return any(
            link.due(step, number)
            for step in range(place[0], self._released)
            for number in ROUNDS
            if rank((step, number)) >= rank(place)
        )

    @property
    def _floor(self) -> int:
        """The first step of which something may still be needed."""
        steps = [peer.outbound.checkpoint for peer in self._session.students if not peer.is_settled]
        if self._session.checkpoints is not None:
            steps.append(self._session.checkpoints[0])
        return min(steps, default=2**31)

    def note_checkpoint_of(self, peer: Neighbour, step: int) -> None:
        """Notes from which step on a student would go on."""
        out = peer.outbound
        out.checkpoint_of_life = max(step, out.checkpoint_of_life or 0)
        if peer.student and not peer.student.accepts_late:
            passed = [place for place in out.outstanding if place[0] < step]
            if passed:
                out.acknowledge(passed[-1])
                self.send_due(peer)
        out.checkpoint = max(step, out.checkpoint)
        self.release()

    def release(self) -> None:
        """Discards what no student needs any more."""
        late = [
            peer.outbound.outstanding[0][0]
            for peer in self._session.students
            if peer.student
            and peer.student.accepts_late
            and not peer.is_settled
            and peer.outbound.outstanding
        ]
        floor = min([self._floor, *late])
        if self._released < floor < 2**31:
            self._released = floor
            self._session.store.release(floor)
