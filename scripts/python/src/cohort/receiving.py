"""The part of a conversation that takes messages, and hands each to the part that it concerns."""

from __future__ import annotations

from .ending import Ending
from .errors import CohortError, CorruptData
from .feedback import Feedback
from .gathering import Gatherer
from .joining import Joining
from .neighbours import Channel
from .places import last_before
from .publishing import Publisher
from .session import Session
from .wire import Hello, Kind, Message, OtherVersion, Refusal


class Receiver:
    """Tells messages apart by what they hold, and ignores those that nobody may send."""

    def __init__(
        self,
        session: Session,
        publisher: Publisher,
        gatherer: Gatherer,
        feedback: Feedback,
        ending: Ending,
        joining: Joining,
    ) -> None:
        self._session = session
        self._publisher = publisher
        self._gatherer = gatherer
        self._feedback = feedback
        self._ending = ending
        self._joining = joining

    def receive(self, message: Message, channel: Channel, now: float) -> None:
        """Takes a message."""
        if channel[0] == "rendezvous":
            self._joining.receive_from_rendezvous(message, now)
        elif isinstance(message.body, Hello):
            self._joining.receive_hello(message, message.body, channel, now)
        elif isinstance(message.body, Refusal):
            self._joining.receive_refusal(message, message.body, channel)
        else:
            if message.kind == Kind.WELCOME and channel == ("student", message.sender.name):
                self._joining.admit(message.sender)
            if self._joining.is_from_neighbour(message.sender, channel):
                self._take(message, channel, now)
            else:
                name = message.sender.name
                self._session.warn(f"ignored a message of '{name}', which has not joined")

    def damaged(self, error: CorruptData, channel: Channel) -> None:
        """Takes a message that cannot be read; a sender of another version is refused."""
        kind, name = channel
        if isinstance(error, OtherVersion):
            if kind == "inbox":
                self._session.post(channel, Kind.REFUSE, body=Refusal(1, str(error)))
            elif self._session.is_joining:
                whom = f"'{name!s}'" if kind == "student" else "the rendezvous"
                self._session.fail(CohortError(f"{whom} speaks another version: {error}", 76))
        self._session.warn(f"ignored a damaged message to the {kind}: {error}")

    def _take(self, message: Message, channel: Channel, now: float) -> None:
        peer = self._session.peers[message.sender.name]
        self._joining.note(peer, message.sender, channel, now)
        if message.step > peer.step:
            peer.step, peer.advanced = message.step, now
        place = (message.step, message.round)
        match message.kind:
            case Kind.WELCOME:
                peer.welcomed = True
                self._publisher.send_due(peer)
            case Kind.KNOWLEDGE:
                used = last_before(message.used_steps)
                if used and peer.student and not peer.student.accepts_late:
                    peer.outbound.acknowledge(used)
                    self._publisher.send_due(peer)
                self._gatherer.take_knowledge(peer, message)
            case Kind.ACKNOWLEDGE:
                peer.outbound.acknowledge(place)
                self._publisher.send_due(peer)
                if peer.student and peer.student.accepts_late:
                    self._publisher.release()
            case Kind.NEED:
                self._publisher.resend(peer, place)
            case Kind.CHECKPOINT:
                self._publisher.note_checkpoint_of(peer, message.step)
            case Kind.END:
                peer.end, peer.end_over = place, channel
                self._ending.settle_ends()
                self._publisher.release()
            case Kind.ENDED:
                peer.end_acknowledged = True
            case Kind.LEAVE:
                self._ending.note_leave(peer, str(message.body))
            case Kind.ALIVE:
                self._feedback.note_sign(peer)
