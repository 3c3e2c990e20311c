"""The part of a conversation that meets the neighbours: roster, greetings, later lives."""

from __future__ import annotations

from .actions import Connect
from .errors import CohortError, WrongConfiguration
from .feedback import Feedback
from .greeting import objection
from .neighbours import Channel, Neighbour
from .session import REFUSAL_EXIT_CODES, Session, Stage
from .wire import Contact, Hello, Kind, Message, Refusal, Sender, is_later


class Joining:
    """Registers, greets students, welcomes or refuses teachers."""

    def __init__(self, session: Session, feedback: Feedback) -> None:
        self._session = session
        self._feedback = feedback
        self._roster: tuple[int, int] | None = None
        """The rendezvous' incarnation, and the roster's number."""

    def register(self) -> None:
        """Asks the rendezvous for the roster."""
        if self._session.stage not in (Stage.PARTING, Stage.FINISHED):
            self._session.post(("rendezvous", ""), Kind.REGISTER, body=self._session.contact)

    def receive_from_rendezvous(self, message: Message, now: float) -> None:
        """Takes a roster, a refusal, or the answer to this learner's end."""
        if isinstance(message.body, tuple):
            number = (message.sender.incarnation, message.step)
            if self._roster and self._roster[0] == number[0] and number[1] < self._roster[1]:
                return
            self._roster = number
            self._meet(dict(message.body), now)
        elif message.kind == Kind.ENDED and self._session.stage == Stage.PARTING:
            self._session.stage, self._session.is_done = Stage.FINISHED, True
        elif isinstance(message.body, Refusal) and self._session.is_joining:
            code, text = message.body.code, message.body.reason
            self._session.fail(
                CohortError(
                    f"the rendezvous refused '{self._session.sender.name}': {text}",
                    REFUSAL_EXIT_CODES.get(code, 69),
                )
            )

    def _meet(self, roster: dict[str, Contact], now: float) -> None:
        """Connects to the students of the roster, and greets them."""
        if self._session.stage in (Stage.PARTING, Stage.FINISHED):
            return
        if self._session.stage == Stage.REGISTERING:
            self._session.stage, self._session.since, self._session.notices = Stage.GREETING, now, 0
        for name, contact in roster.items():
            if name in self._session.peers and not contact.address:
                self._session.peers[name].is_gone = True
        for peer in self._session.students:
            if peer.is_gone:
                continue
            entry = roster.get(peer.name)
            if entry is None:
                if not peer.is_optional:
                    self._session.fail(WrongConfiguration(f"the rendezvous knows no '{peer.name}'"))
            elif peer.address != entry.address:
                peer.address, peer.welcomed = entry.address, False
                self._session.actions.append(Connect(peer.name, entry))
        self.greet()

    def greet(self) -> None:
        """Greets the students that have not welcomed this learner."""
        for peer in self._session.students:
            if peer.address and not peer.is_gone and not peer.welcomed:
                self._session.send(peer, Kind.HELLO, body=self._session.hello)

    def receive_hello(self, message: Message, hello: Hello, channel: Channel, now: float) -> None:
        """Welcomes a teacher, or refuses it."""
        sender = message.sender
        peer = self._session.peers.get(sender.name)
        known = peer.incarnation if peer else None
        if channel[0] != "inbox" or (known and is_later(known, sender.incarnation)):
            return
        refusal = self._objection(sender, hello, peer)
        if refusal or peer is None:
            own = self._session.sender.name
            refusal = refusal or Refusal(6, f"no '{sender.name}' teaches '{own}'")
            if peer:
                peer.refusal = refusal.text
            self._session.warn(f"refused '{sender.name}': {refusal.text}")
            self._session.post(channel, Kind.REFUSE, body=refusal)
            return
        self.admit(sender)
        self.note(peer, sender, channel, now)
        peer.greeted = True
        self._session.post(channel, Kind.WELCOME)
        self._feedback.send_needs(peer)

    def _objection(self, sender: Sender, hello: Hello, peer: Neighbour | None) -> Refusal | None:
        own = self._session.sender
        if sender.run != own.run:
            return Refusal(2, f"'{own.name}' belongs to another run")
        if sender.configuration != own.configuration:
            return Refusal(3, f"'{own.name}' runs configuration {own.configuration.hex()}")
        if hello.classes != self._session.hello.classes:
            return Refusal(4, f"'{own.name}' tells {self._session.hello.classes} classes apart")
        if hello.sample_order != self._session.hello.sample_order:
            return Refusal(5, f"'{own.name}' has other samples, or takes them in another order")
        differing = objection(self._session.hello.program, hello.program, own.name)
        if differing is not None:
            return differing
        if sender.name == own.name:
            return Refusal(7, f"there is another learner named '{own.name}'")
        if peer is None or peer.teacher is None:
            return Refusal(6, f"no '{sender.name}' teaches '{own.name}' in this run")
        known = peer.incarnation
        if known not in (None, sender.incarnation) and not is_later(sender.incarnation, known or 0):
            return Refusal(7, f"another learner named '{sender.name}' has joined already")
        return self._objection_to_inputs(sender.name, hello, peer)

    def _objection_to_inputs(self, name: str, hello: Hello, peer: Neighbour) -> Refusal | None:
        """Why the samples that a student sends cannot be used, where both sides say their form."""
        wanted = peer.teacher.inputs if peer.teacher else None
        sent = hello.inputs
        if wanted is None or sent is None or wanted == sent:
            return None
        own, other = ("×".join(map(str, shape)) for shape in (wanted, sent))
        text = f"'{self._session.sender.name}' takes samples of {own}, and '{name}' sends {other}"
        return Refusal(13, text)

    def admit(self, sender: Sender) -> None:
        """Takes note of a later life of a neighbour."""
        peer = self._session.peers.get(sender.name)
        if peer is None or peer.incarnation is None or not self._is_of_this_run(sender):
            return
        if is_later(sender.incarnation, peer.incarnation):
            peer.begin_life(sender.incarnation)
            if peer.student:
                self.register()
            self._session.note(f"'{sender.name}' has started again")

    def receive_refusal(self, message: Message, refusal: Refusal, channel: Channel) -> None:
        """Fails where a neighbour refuses this learner."""
        peer = self._session.peers.get(message.sender.name)
        if peer is None or peer.is_gone:
            return
        is_students = channel == ("student", peer.name)
        if not (is_students and not peer.welcomed) and refusal.code != 9:
            return
        if not is_students and not self.is_from_neighbour(message.sender, channel):
            return
        self._session.fail(
            CohortError(
                f"'{peer.name}' refused '{self._session.sender.name}': {refusal.reason}",
                REFUSAL_EXIT_CODES.get(refusal.code, 69),
            )
        )

    def _is_of_this_run(self, sender: Sender) -> bool:
        own = self._session.sender
        return (sender.run, sender.configuration) == (own.run, own.configuration)

    def is_from_neighbour(self, sender: Sender, channel: Channel) -> bool:
        """Whether a message is of the present life of a neighbour."""
        peer = self._session.peers.get(sender.name)
        if peer is None or not self._is_of_this_run(sender):
            return False
        if channel[0] == "inbox":
            return peer.greeted and peer.incarnation == sender.incarnation
        same = peer.incarnation is None or peer.incarnation == sender.incarnation
        return channel == ("student", sender.name) and same

    def note(self, peer: Neighbour, sender: Sender, channel: Channel, now: float) -> None:
        """Notes that something of a neighbour arrived, and by which way."""
        peer.incarnation, peer.last_heard = sender.incarnation, now
        if channel[0] == "inbox" and isinstance(channel[1], bytes):
            peer.route = channel[1]

    def is_complete(self, now: float) -> bool:
        """Whether all neighbours are there that this learner waits for."""
        missing = [peer for peer in self._session.peers.values() if not peer.is_joined]
        if not missing:
            return True
        patient = now - self._session.since >= self._session.limits.missing
        return patient and all(peer.is_optional for peer in missing)
