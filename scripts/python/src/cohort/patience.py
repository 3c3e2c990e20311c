"""The part of a conversation that watches the time: reminders, limits, who is to blame."""

from __future__ import annotations

from .ending import Ending
from .errors import Unavailable
from .gathering import Gatherer
from .neighbours import Neighbour
from .publishing import Publisher
from .session import Session, Stage


class Patience:
    """Tells a neighbour that is slow from one that is stalled or dead."""

    def __init__(
        self,
        session: Session,
        publisher: Publisher,
        gatherer: Gatherer,
        ending: Ending,
        now: float,
    ) -> None:
        self._session = session
        self._publisher = publisher
        self._gatherer = gatherer
        self._ending = ending
        self.next_beat = now
        """When what may be lost is repeated next."""
        self.last_tick = now

    @property
    def next_tick(self) -> float:
        """When the next tick is due: at a beat, or as soon as a step goes on without a teacher."""
        limit = self._session.since + self._session.limits.missing
        if self.last_tick >= limit or self._session.request != "gather" or self._session.is_done:
            return self.next_beat
        can_be_missing = any(peer.is_optional for peer in self._gatherer.awaited(self.last_tick))
        return min(self.next_beat, limit) if can_be_missing else self.next_beat

    def forgive(self, now: float) -> None:
        """A process that was stopped does not blame its peers for the time it missed itself."""
        delay = now - self.next_beat
        if delay <= 10 * self._session.limits.beat:
            return
        self.next_beat = now
        self._session.since += delay
        for peer in self._session.peers.values():
            peer.advanced += delay
            if peer.last_heard is not None:
                peer.last_heard += delay

    def _waits_for(self, now: float) -> tuple[list[str], str]:
        """Who keeps this learner waiting, and for what."""
        if self._session.stage in (Stage.REGISTERING, Stage.PARTING):
            return ["the rendezvous"], "to answer"
        if self._session.stage == Stage.GREETING:
            return [p.name for p in self._session.peers.values() if not p.is_joined], "to join"
        if self._session.is_done:
            return [], ""
        offer, gathering = self._publisher.offer, self._gatherer.gathering
        if self._session.request == "publish" and offer is not None:
            place = (offer.step, offer.round)
            behind = self._publisher.students_behind(place)
            if behind:
                return [p.name for p in behind], f"to catch up with step {place[0]}"
            keepers = [p.name for p in self._session.students if not p.is_settled]
            return keepers, "to make a checkpoint, as the journal is full"
        if self._session.request == "gather" and gathering is not None:
            place = gathering.place
            due = [p for p in self._session.teachers if self._gatherer.is_due(p, gathering)]
            awaited = self._gatherer.awaited(now) or [p for p in due if not p.holds(place)]
            return [p.name for p in awaited], f"at step {place[0]}"
        return [p.name for p in self._ending.unsettled], "to acknowledge the end"

    def remind(self, now: float) -> None:
        """Reports now and then who keeps this learner waiting."""
        whom, purpose = self._waits_for(now)
        waited = now - self._session.since
        if whom and waited >= self._session.limits.notice * (self._session.notices + 1):
            self._session.notices += 1
            self._session.note(f"waiting {waited:.0f} s for {', '.join(whom)} {purpose}")

    def expire(self, now: float) -> None:
        """Fails where a limit has passed, and names who is to blame."""
        is_join = self._session.is_joining or self._session.stage == Stage.PARTING
        limit = self._session.limits.join if is_join else self._session.limits.step
        whom, purpose = self._waits_for(now)
        if not whom or now - self._session.since < limit or self._session.failure is not None:
            return
        if self._session.stage == Stage.PARTING:
            self._session.stage, self._session.is_done = Stage.FINISHED, True
        elif self._session.stage == Stage.REGISTERING:
            if now - self._session.since >= limit + 4 * self._session.limits.beat:
                self._session.fail(Unavailable(f"the rendezvous sent no roster within {limit:g} s"))
        elif self._session.stage == Stage.GREETING:
            refusals = [p.refusal for p in self._session.peers.values() if p.refusal]
            names = ", ".join(f"'{name}'" for name in whom)
            self._session.fail(
                Unavailable("; ".join([f"{names} did not join within {limit:g} s", *refusals]))
            )
        else:
            self._expire_running(whom, purpose, limit, now)

    def _expire_running(self, whom: list[str], purpose: str, limit: float, now: float) -> None:
        verdicts = [self._silence(self._session.peers[name], purpose, limit, now) for name in whom]
        found = [verdict for verdict in verdicts if verdict]
        if self._session.stage == Stage.FINISHING:
            if len(found) == len(whom):
                self._session.note("; ".join(found))
                self._session.stage, self._session.since = Stage.PARTING, now
        elif found:
            self._session.fail(Unavailable("; ".join(found)))

    def _silence(self, peer: Neighbour, purpose: str, limit: float, now: float) -> str | None:
        """Tells a dead peer from one that lives and does nothing; None where it may still come."""
        heard = peer.last_heard if peer.last_heard is not None else self._session.since
        quiet = now - heard
        if quiet >= limit:
            return f"'{peer.name}' died or cannot be reached: silent for {quiet:.0f} s"
        if quiet >= min(8 * self._session.limits.beat, limit / 2):
            return None
        link = peer.teacher or peer.student
        if link is None or link.is_relay or self._session.stage == Stage.FINISHING:
            return None
        advanced = max([p.advanced for p in self._session.peers.values()] + [self._session.since])
        if now - advanced < limit:
            return None
        own = self._session.sender.name
        return f"'{peer.name}' stalled: it lives, but kept '{own}' waiting {purpose}"

    def needs_roster(self, now: float) -> bool:
        """Whether a neighbour may be reached under another address now."""
        recently = now - 4 * self._session.limits.beat
        return any(
            not peer.is_settled
            and (
                (peer.student and not peer.welcomed)
                or peer.last_heard is None
                or peer.last_heard <= recently
            )
            for peer in self._session.peers.values()
        )
