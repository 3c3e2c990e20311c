"""The part of a conversation that ends it: when all neighbours have what they need."""

from __future__ import annotations

from .errors import Unavailable
from .neighbours import Neighbour
from .places import BEFORE, Place, at_least
from .session import Session, Stage
from .wire import Kind


class Ending:
    """Announces this learner's end, and answers the ends of the others."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.last_step = 0

    def try_to_finish(self) -> None:
        """Announces the end; parts when every neighbour has answered."""
        if self._session.stage == Stage.RUNNING:
            last = self._session.published
            number = last[1] if last and last[0] == self.last_step else BEFORE
            self._session.end = (self.last_step, number)
            self._session.stage = Stage.FINISHING
            self.announce_end()
            self.settle_ends()
        if self._session.stage == Stage.FINISHING and not self.unsettled:
            self._session.stage = Stage.PARTING
            self.part()

    @property
    def unsettled(self) -> list[Neighbour]:
        """The neighbours that have not answered the end."""
        return [
            peer
            for peer in self._session.peers.values()
            if not peer.is_settled and (not peer.is_optional or peer.last_heard is not None)
        ]

    def announce_end(self) -> None:
        """Announces the end to those that have not answered."""
        for peer in self.unsettled:
            self._session.send(peer, Kind.END, self._session.end or (0, 0))

    def settle_ends(self) -> None:
        """Answers the ends of those of whom nothing more is needed."""
        for peer in self._session.peers.values():
            if peer.end and peer.end_over and not self._needs(peer, peer.end):
                channel, peer.end_over = peer.end_over, None
                self._session.post(channel, Kind.ENDED, peer.end)

    def _needs(self, peer: Neighbour, end: Place) -> bool:
        if peer.teacher is None or self._session.end is not None:
            return False
        is_kept = self._session.checkpoints is None or self._session.checkpoints[1] > end[0]
        return not is_kept or not at_least(self._session.used, end)

    def note_leave(self, peer: Neighbour, reason: str) -> None:
        """Takes note of a neighbour that stops early."""
        if self._session.end is not None or peer.end is not None:
            peer.end_acknowledged = True
        elif peer.is_optional:
            peer.is_gone = True
            self._session.warn(f"'{peer.name}' left the cohort, which goes on without it: {reason}")
        else:
            self._session.fail(Unavailable(f"'{peer.name}' left the cohort: {reason}"))

    def leave(self, reason: str) -> None:
        """Tells the neighbours why this learner stops early."""
        for peer in self._session.peers.values():
            if not peer.is_settled:
                self._session.send(peer, Kind.LEAVE, body=reason)
        self._session.fail(Unavailable(f"'{self._session.sender.name}' left the cohort: {reason}"))

    def part(self) -> None:
        """Tells the rendezvous that this learner has come to its end."""
        self._session.post(("rendezvous", ""), Kind.END, self._session.end or (0, 0))
