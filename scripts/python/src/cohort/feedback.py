"""The part of a conversation that reports to the teachers: what is used, needed and kept."""

from __future__ import annotations

from .gathering import Gatherer
from .neighbours import Neighbour
from .places import INPUTS, Place, following
from .publishing import Publisher
from .session import Session
from .wire import Kind

_SILENT_SIGNS = 3


class Feedback:
    """Acknowledges, asks for what is missing, and reports checkpoints."""

    def __init__(self, session: Session, publisher: Publisher, gatherer: Gatherer) -> None:
        self._session = session
        self._publisher = publisher
        self._gatherer = gatherer

    def note_use(self) -> None:
        """Lets the teachers know that what was gathered last is written down as used."""
        self._session.used = self._session.gathered
        told = []
        for peer in self._session.teachers:
            if peer.accepts_late:
                if peer.credited != peer.taken:
                    peer.credited = peer.taken
                    told.append(peer)
            elif self._session.used and self._has_taught(peer, self._session.used):
                told.append(peer)
        self.acknowledge(told)

    def _has_taught(self, peer: Neighbour, used: Place) -> bool:
        """Whether a teacher must be told that it was used, and learns it by nothing else."""
        is_due = peer.teacher is not None and bool(peer.teacher.due(*used))
        return is_due and not self._publisher.sends_soon(peer, used)

    def _first_needed(self, peer: Neighbour) -> Place:
        settled = peer.taken if peer.accepts_late else self._session.gathered
        return following(settled) if settled else (0, INPUTS)

    def send_needs(self, peer: Neighbour) -> None:
        """Asks a teacher for all that is needed, from the first place on."""
        if self._session.end is None:
            self._session.send_back(peer, Kind.NEED, self._first_needed(peer))
            self.send_checkpoints([peer])

    def send_checkpoints(self, teachers: list[Neighbour]) -> None:
        """Lets teachers know from which step on this learner would go on."""
        kept = self._session.checkpoints
        step = kept[0] if kept is not None else self._session.position
        for peer in teachers:
            self._session.send_back(peer, Kind.CHECKPOINT, (step, 0))

    def acknowledge(self, teachers: list[Neighbour]) -> None:
        """Lets teachers know what was used last."""
        for peer in teachers:
            if not peer.still_teaches:
                continue
            place = peer.credited if peer.accepts_late else self._session.used
            if place is None:
                self._session.send_back(peer, Kind.ALIVE)
            else:
                self._session.send_back(peer, Kind.ACKNOWLEDGE, place)

    def note_sign(self, peer: Neighbour) -> None:
        """Asks a teacher whose late knowledge is used for what may be lost."""
        if not peer.accepts_late:
            return
        wanted = self._first_needed(peer)
        peer.silent_signs += 1
        if peer.silent_signs > _SILENT_SIGNS and peer.step >= wanted[0] and not peer.inbox:
            peer.silent_signs = 0
            self._session.send_back(peer, Kind.NEED, wanted)

    def ask_again(self, now: float) -> None:
        """Asks the awaited teachers for what may be lost."""
        session, gathering = self._session, self._gatherer.gathering
        if session.request != "gather" or session.is_done or gathering is None:
            return
        if now - session.since < session.limits.beat:
            return
        for peer in self._gatherer.awaited(now):
            place = self._first_needed(peer) if peer.accepts_late else gathering.place
            if peer.greeted and peer.step >= place[0]:
                session.send_back(peer, Kind.NEED, place)
