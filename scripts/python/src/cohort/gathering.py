"""The part of a conversation that gathers what the teachers publish."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import Unavailable
from .journal import Used
from .neighbours import Neighbour
from .places import Place, rank
from .session import Session
from .tensors import Knowledge
from .wire import Message


@dataclass
class Gathering:
    """What was gathered at a place: of each teacher what it published, or why not."""

    place: Place
    digest: int | None
    """Of the batch that it must be of; None for any."""
    knowledge: dict[str, Knowledge] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    late: list[tuple[str, Knowledge]] = field(default_factory=list)
    past: Used | None = None
    """What an earlier life used here; it decides who is waited for."""


class Gatherer:
    """Judges what arrives, and decides who is waited for and when a place is complete."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.gathering: Gathering | None = None
        """The place under way, or the last one."""
        self._strikes: dict[str, int] = {}
        self._quarantine: dict[str, int] = {}
        """The first step at which a teacher's knowledge is used again."""

    def is_due(self, peer: Neighbour, gathering: Gathering) -> bool:
        """Whether a teacher is to publish at a place, and it is used."""
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
        waited = now - self._session.since
        return "it did not come in time" if waited >= self._session.limits.missing else None

    def awaited(self, now: float) -> list[Neighbour]:
        """The teachers that the place under way waits for."""
        gathering = self.gathering
        if gathering is None:
            return []
        return [
            peer
            for peer in self._session.teachers
            if self.is_due(peer, gathering)
            and not peer.holds(gathering.place)
            and not self._is_in_quarantine(peer, gathering.place[0])
            and self._absence(peer, gathering, now) is None
        ]

    def _is_in_quarantine(self, peer: Neighbour, step: int) -> bool:
        return step < self._quarantine.get(peer.name, 0)

    def take_knowledge(self, peer: Neighbour, message: Message) -> None:
        """Takes what a teacher published, unless it is too early, too late or not due."""
        place = (message.step, message.round)
        session = self._session
        settled = peer.taken if peer.accepts_late else session.gathered
        link = peer.teacher
        if link is None or peer.holds(place) or session.end is not None:
            return
        if settled is not None and rank(place) <= rank(settled):
            return
        steps = {p[0] for p in [*peer.inbox, *peer.rejected, place]}
        if len(steps) > session.limits.window:
            return session.warn(f"ignored knowledge of '{peer.name}' at {place}: it is too early")
        names = link.due(*place)
        if not names:
            return session.warn(f"ignored knowledge of '{peer.name}' at {place}: none is due")
        knowledge = Knowledge(*place, message.epoch, message.batch_digest, message.tensors).only(
            names
        )
        objection = link.objection(knowledge)
        if objection:
            peer.rejected[place] = objection
        else:
            peer.inbox[place] = knowledge
        peer.silent_signs = 0
        if peer.is_late and (session.gathered is None or rank(place) > rank(session.gathered)):
            peer.is_late = False
            session.note(f"'{peer.name}' takes part again at step {place[0]}")

    def try_to_gather(self, now: float) -> None:
        """Completes the place under way, where all is there or not waited for."""
        gathering = self.gathering
        assert gathering is not None
        for peer in self._session.teachers:
            if self.is_due(peer, gathering):
                self._judge(peer, gathering)
        if self._session.failure is None and not self.awaited(now) and self._has_quorum(gathering):
            self._complete(gathering, now)

    def _has_quorum(self, gathering: Gathering) -> bool:
        """Whether enough learners take part in a place, this one among them."""
        due = [peer for peer in self._session.teachers if self.is_due(peer, gathering)]
        present = 1 + sum(peer.holds(gathering.place) for peer in due)
        if gathering.past is not None or self._session.limits.quorum == "none":
            return True
        if self._session.limits.quorum == "majority":
            return 2 * present > len(due) + 1
        return present >= min(int(self._session.limits.quorum), len(due) + 1)

    def _judge(self, peer: Neighbour, gathering: Gathering) -> None:
        """Rejects what is of another batch; fails where a teacher will not teach."""
        place = gathering.place
        knowledge = peer.inbox.get(place)
        digest = gathering.digest
        if knowledge is not None and digest is not None and knowledge.batch_digest != digest:
            del peer.inbox[place]
            peer.rejected[place] = (
                f"it is of another batch (digest {knowledge.batch_digest:016x}, here {digest:016x})"
            )
        if peer.holds(place) or peer.is_optional:
            return
        if peer.is_gone or (peer.end is not None and rank(peer.end) < rank(place)):
            self._session.fail(
                Unavailable(f"'{peer.name}' has ended, and its knowledge of {place} is needed")
            )

    def _complete(self, gathering: Gathering, now: float) -> None:
        place = gathering.place
        for peer in self._session.teachers:
            if not self.is_due(peer, gathering):
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
                    self._session.note(
                        f"going on without '{peer.name}' at step {place[0]}: {reason}"
                    )
        self._settle(gathering)
        self._session.gathered = place
        self._session.is_done = True

    def _settle(self, gathering: Gathering) -> None:
        place = gathering.place
        for peer in self._session.teachers:
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
        if count >= self._session.limits.strikes:
            self._quarantine[peer.name] = step + 1 + self._session.limits.quarantine
            text += f"; nothing of it is used for {self._session.limits.quarantine} steps"
        self._session.note(text)
