"""The exchange on a simulated network that loses, doubles, delays and reorders, with crashes."""

from __future__ import annotations

import functools
import heapq
import random
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from cohort.actions import Action, Connect, Send
from cohort.conversation import Conversation
from cohort.errors import CohortError, Unavailable, WrongConfiguration
from cohort.journal import Teacher, Used, published_digest
from cohort.limits import Limits
from cohort.neighbours import Channel, Link
from cohort.places import BEFORE, EVALUATION, Place
from cohort.session import Stage
from cohort.tensors import Knowledge, Tensor
from cohort.wire import Contact, Hello, Kind, Message, OtherVersion, Refusal, Sender, decode, encode

STEPS = 30
EVERY = {"a": 3, "bb": 7, "ccc": 11}
RUN, CONFIGURATION = bytes(16), bytes(32)


class Memory:
    """A journal that survives the crashes of its learner."""

    def __init__(self) -> None:
        self.kept: dict[Place, Knowledge] = {}
        self.used: dict[Place, Used] = {}
        self.incarnation = 1 << 16
        self.checkpoints = [0]
        self.states: dict[int, float] = {0: 0.0}

    def holds(self, place: Place) -> bool:
        return place in self.kept

    def places(self) -> list[Place]:
        return sorted(self.kept)

    def recall(self, place: Place) -> Knowledge:
        return self.kept[place]

    def publish(self, knowledge: Knowledge) -> None:
        self.kept[(knowledge.step, knowledge.round)] = knowledge

    def byte_count(self) -> int:
        return sum(knowledge.byte_count for knowledge in self.kept.values())

    def release(self, before: int) -> None:
        self.kept = {place: k for place, k in self.kept.items() if place[0] >= before}


def due(step: int, number: int) -> list[str]:
    if number == EVALUATION:
        return ["logits"] if step % 10 == 9 else []
    return ["logits"] if number == BEFORE and step < STEPS else []


class Node:
    """A learner whose state is a number: it adds up all that its teachers publish."""

    def __init__(
        self, name: str, others: list[str], limits: Limits, is_optional: bool = False
    ) -> None:
        self.name = name
        self.is_optional = is_optional
        self.others = others
        self.limits = limits
        self.store = Memory()
        self.is_done = False
        self.start(0.0)

    def start(self, now: float) -> None:
        """Begins a life at the newest checkpoint."""
        self.store.incarnation += 1
        position = self.store.checkpoints[-1]
        self.state = self.store.states[position]
        links = [Link(other, due, is_optional=self.is_optional) for other in self.others]
        self.conversation = Conversation(
            Sender(RUN, CONFIGURATION, self.name, self.store.incarnation),
            Hello(10, 1, "test"),
            Contact(f"{self.name}/{self.store.incarnation}"),
            links,
            links,
            self.limits,
            self.store,
            now=now,
            position=position,
            checkpoints=(self.store.checkpoints[0], position),
        )
        self.program = self.run(position)
        self.is_waiting = False

    def run(self, position: int) -> Iterator[Callable[[float], list[Action]]]:
        """What the learner asks for, one request after the other."""
        talk = self.conversation
        yield talk.join
        for step in range(position, STEPS):
            for number in (BEFORE, EVALUATION):
                if not due(step, number):
                    continue
                values = np.full((1, 10), self.state, np.float32)
                offer = Knowledge(step, number, 0, step, (Tensor.of("logits", values),))
                yield functools.partial(talk.publish, offer)
                place = (step, number)
                past = self.store.used.get(place)
                yield functools.partial(talk.gather, place, step, past=past)
                self.use(place)
                yield talk.note_use
            if (step + 1) % EVERY.get(self.name, 7) == 0 or step + 1 == STEPS:
                self.save(step + 1)
                oldest = self.store.checkpoints[0]
                yield functools.partial(talk.note_checkpoint, oldest, step + 1)
        yield lambda now: talk.finish(STEPS - 1, now)

    def use(self, place: Place) -> None:
        found = self.conversation.gathering
        assert found is not None
        teachers = []
        for name in self.others:
            knowledge = found.knowledge[name]
            teachers.append(Teacher(name, taught=(0, *place, published_digest(knowledge))))
            if place[1] == BEFORE:
                self.state = float(
                    np.float32(self.state * 0.5 + knowledge["logits"][0, 0] * 0.25 + len(name))
                )
        record = Used(*place, tuple(teachers))
        assert self.store.used.setdefault(place, record) == record, (
            "a later life used something else"
        )

    def save(self, step: int) -> None:
        self.store.states[step] = self.state
        if step not in self.store.checkpoints:
            self.store.checkpoints = [*self.store.checkpoints, step][-2:]

    def go_on(self, now: float) -> list[Action]:
        """Asks for the next thing, where the last one is there."""
        actions: list[Action] = []
        while not self.is_done and self.conversation.failure is None:
            if self.is_waiting and not self.conversation.is_done:
                break
            request = next(self.program, None)
            if request is None:
                self.is_done = True
                break
            actions += request(now)
            self.is_waiting = True
        return actions


class Network:
    """Nodes, a rendezvous, and messages under way."""

    def __init__(
        self,
        names: list[str],
        seed: int,
        trouble: float,
        limits: Limits,
        is_optional: bool = False,
    ) -> None:
        self.random = random.Random(seed)
        self.trouble = trouble
        self.nodes = {n: Node(n, [m for m in names if m != n], limits, is_optional) for n in names}
        self.addresses: dict[str, tuple[str, int]] = {}
        self.changes = 0
        self.heap: list[tuple[float, int, str, int, list[bytes], Channel]] = []
        self.count = 0
        self.now = 0.0
        self.ended: set[str] = set()

    def perform(self, node: Node, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Send):
                self.send(node, action)
            else:
                assert not isinstance(action, Connect) or action.student in self.nodes

    def send(self, node: Node, action: Send) -> None:
        kind, name = action.channel
        frames = encode(action.message)
        if kind == "rendezvous":
            self.meet(node, action.message)
        elif kind == "student":
            route = f"{node.name}/{node.store.incarnation}".encode()
            self.post(str(name), frames, ("inbox", route), self.address_of(node, str(name)))
        else:
            target, life = bytes(name).decode().split("/")  # type: ignore[arg-type]
            self.post(target, frames, ("student", node.name), int(life))

    def address_of(self, node: Node, student: str) -> int:
        address = node.conversation.peers[student].address
        return int(address.split("/")[1]) if address else -1

    def post(self, target: str, frames: list[bytes], channel: Channel, life: int) -> None:
        for _ in range(2 if self.random.random() < self.trouble else 1):
            if self.random.random() < self.trouble:
                continue
            delay = self.random.random() * (0.3 if self.random.random() < self.trouble else 0.001)
            self.count += 1
            heapq.heappush(self.heap, (self.now + delay, self.count, target, life, frames, channel))

    def meet(self, node: Node, message: Message) -> None:
        """The rendezvous, which loses nothing here."""
        rendezvous = Sender(RUN, CONFIGURATION, "rendezvous", 1 << 16)
        if message.kind == Kind.END:
            self.ended.add(node.name)
            self.later(node, Message(Kind.ENDED, rendezvous))
            return
        new = (node.conversation.contact.address, node.store.incarnation)
        if self.addresses.get(node.name) != new:
            self.addresses[node.name] = new
            self.changes += 1
        if len(self.addresses) == len(self.nodes):
            for other in self.nodes.values():
                entries = tuple(
                    (n, Contact("" if n in self.ended else a[0]))
                    for n, a in self.addresses.items()
                    if n != other.name
                )
                self.later(other, Message(Kind.ROSTER, rendezvous, step=self.changes, body=entries))

    def later(self, node: Node, message: Message) -> None:
        self.count += 1
        life = node.store.incarnation
        item = (self.now + 0.001, self.count, node.name, life, encode(message), ("rendezvous", ""))
        heapq.heappush(self.heap, item)

    def crash(self, node: Node) -> None:
        """Ends a life; now and then its newest checkpoint is damaged too."""
        if node.is_done:
            return
        if len(node.store.checkpoints) > 1 and self.random.random() < 0.4:
            node.store.checkpoints.pop()
        node.start(self.now)

    def run(self, crashes: int = 0, limit: float = 600.0) -> None:
        moments = sorted(self.random.random() * 20.0 for _ in range(crashes))
        while not all(node.is_done for node in self.nodes.values()):
            assert self.now < limit, "stuck"
            for node in self.nodes.values():
                self.perform(node, node.go_on(self.now))
                if node.conversation.failure:
                    raise node.conversation.failure
            beats = [n.conversation.next_tick for n in self.nodes.values() if not n.is_done]
            if self.heap and self.heap[0][0] <= min(beats, default=1e9):
                self.now = max(self.now, self.heap[0][0])
                self.deliver(*heapq.heappop(self.heap)[2:])
            elif beats:
                self.now = max(self.now, min(beats))
                for node in self.nodes.values():
                    if not node.is_done:
                        self.perform(node, node.conversation.tick(self.now))
            if moments and self.now >= moments[0]:
                moments.pop(0)
                self.crash(self.random.choice(list(self.nodes.values())))

    def deliver(self, target: str, life: int, frames: list[bytes], channel: Channel) -> None:
        node = self.nodes[target]
        if node.is_done or life != node.store.incarnation:
            return
        self.perform(node, node.conversation.receive(decode(frames), channel, self.now))


def states(seed: int, trouble: float, crashes: int, limits: Limits | None = None) -> list[float]:
    network = Network(["a", "bb", "ccc"], seed, trouble, limits or Limits(join=300, step=300))
    network.run(crashes)
    return [node.state for node in network.nodes.values()]


SOUND = states(0, 0.0, 0)


@pytest.mark.parametrize("seed", range(30))
def test_loss_doubling_delay_and_crashes_change_nothing(seed: int) -> None:
    assert states(seed, 0.15, crashes=seed % 6) == SOUND


def test_a_small_journal_waits_for_checkpoints_and_is_enough() -> None:
    knowledge = Knowledge(0, 0, 0, 0, (Tensor.of("logits", np.zeros((1, 10), np.float32)),))
    limits = Limits(
        join=300, step=300, journal_bytes=(2 * max(EVERY.values()) + 6) * knowledge.byte_count
    )
    assert states(3, 0.05, 2, limits) == SOUND


def test_a_journal_that_can_never_be_enough_is_said_to_be_full() -> None:
    with pytest.raises(WrongConfiguration, match="is full"):
        states(3, 0.0, 0, Limits(join=300, step=300, journal_bytes=500))


def test_a_neighbour_that_never_joins_is_named() -> None:
    network = Network(["a", "b"], 0, 0.0, Limits(join=5, step=5))
    network.nodes["b"].is_done = True
    network.addresses["b"] = ("b/1", 1)
    with pytest.raises(Unavailable, match="'b' did not join within 5 s"):
        network.run()


def test_a_step_goes_on_as_soon_as_its_limit_is_over() -> None:
    network = Network(["a", "b"], 0, 0.0, Limits(missing=0.05), is_optional=True)
    a, b = network.nodes.values()
    talk = a.conversation
    network.perform(b, b.go_on(network.now))  # It joins, and publishes nothing.
    while True:
        network.perform(a, a.go_on(network.now))
        if talk.gathering is not None:
            break
        if network.heap:
            network.now = network.heap[0][0]
            network.deliver(*heapq.heappop(network.heap)[2:])
        else:
            network.now = talk.next_tick
            for node in (a, b):
                network.perform(node, node.conversation.tick(network.now))
    limit = talk.next_tick
    assert limit == pytest.approx(network.now + 0.05, abs=0.01)
    talk.tick(limit - 0.001)
    assert not talk.is_done
    talk.tick(limit)
    assert talk.is_done and talk.gathering.absent == {"b": "it did not come in time"}
    assert talk.next_tick > limit


def test_a_learner_that_leaves_stops_the_others_and_says_why() -> None:
    network = Network(["a", "b"], 0, 0.0, Limits(join=5, step=5))
    a, b = network.nodes.values()
    for _ in range(200):
        network.perform(a, a.go_on(network.now))
        network.perform(b, b.go_on(network.now))
        if network.heap:
            network.now = max(network.now, network.heap[0][0])
            network.deliver(*heapq.heappop(network.heap)[2:])
        if a.conversation.gathered == (4, BEFORE):
            break
    network.perform(a, a.conversation.leave("no more memory", network.now))
    a.is_done = True
    with pytest.raises(CohortError, match="'a' left the cohort: no more memory") as failure:
        network.run()
    assert failure.value.exit_code == 69


def lone(limits: Limits | None = None, is_optional: bool = False) -> Conversation:
    """A student of `t` that is there."""
    talk = Conversation(
        Sender(RUN, CONFIGURATION, "s", 1 << 16),
        Hello(10, 1, "test"),
        Contact("s"),
        [Link("t", lambda step, number: ["logits"] if number == BEFORE else [], is_optional)],
        [],
        limits or Limits(),
        Memory(),
        now=0.0,
    )
    talk.join(0.0)
    roster = Message(Kind.ROSTER, Sender(RUN, CONFIGURATION, "rendezvous", 1), step=1, body=())
    talk.receive(roster, ("rendezvous", ""), 0.0)
    talk.receive(hello(), ("inbox", b"t"), 0.0)
    assert talk.is_done
    return talk


TEACHER = Sender(RUN, CONFIGURATION, "t", 9 << 16)


def hello(sender: Sender = TEACHER, classes: int = 10, order: int = 1) -> Message:
    return Message(Kind.HELLO, sender, body=Hello(classes, order, "x"))


def taught(step: int, sender: Sender = TEACHER, digest: int = 7) -> Message:
    tensor = Tensor.of("logits", np.full((1, 10), step, np.float32))
    return Message(Kind.KNOWLEDGE, sender, step, batch_digest=digest, tensors=(tensor,))


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (hello(Sender(b"x" * 16, CONFIGURATION, "t", 1)), 2),
        (hello(Sender(RUN, b"x" * 32, "t", 1)), 3),
        (hello(classes=11), 4),
        (hello(order=2), 5),
        (hello(Sender(RUN, CONFIGURATION, "q", 1)), 6),
        (hello(Sender(RUN, CONFIGURATION, "s", 1)), 7),
        (hello(Sender(RUN, CONFIGURATION, "t", 77 << 16)), 7),
    ],
)
def test_who_does_not_belong_here_is_refused(message: Message, code: int) -> None:
    actions = lone().receive(message, ("inbox", b"x"), 1.0)
    sent = [a.message.body for a in actions if isinstance(a, Send)]
    assert [getattr(body, "code", None) for body in sent] == [code]


def test_what_is_of_another_batch_or_life_is_not_used() -> None:
    talk = lone()
    talk.gather((0, BEFORE), 7, 1.0)
    talk.receive(taught(0, Sender(RUN, CONFIGURATION, "t", 8 << 16)), ("inbox", b"t"), 1.0)
    assert not talk.is_done
    talk.receive(taught(0, digest=8), ("inbox", b"t"), 1.0)
    assert talk.is_done and talk.gathering is not None
    assert "another batch" in talk.gathering.absent["t"] and not talk.gathering.knowledge


def test_the_third_useless_message_costs_a_quarantine() -> None:
    talk = lone(Limits(strikes=3, quarantine=5))
    for step in range(3):
        talk.receive(taught(step, digest=8), ("inbox", b"t"), 1.0)
        talk.gather((step, BEFORE), 7, 1.0)
        talk.note_use(1.0)
    talk.gather((3, BEFORE), 7, 1.0)
    assert talk.is_done and talk.gathering is not None
    assert talk.gathering.absent["t"] == "it is in quarantine"


def test_knowledge_beyond_the_window_is_ignored() -> None:
    talk = lone()
    for step in range(4):
        talk.receive(taught(step), ("inbox", b"t"), 1.0)
    assert sorted(talk.peers["t"].inbox) == [(0, BEFORE), (1, BEFORE)]


def test_a_step_without_a_quorum_waits_for_more() -> None:
    talk = lone()
    for quorum, is_enough in (("none", True), ("majority", False), ("1", True), ("2", False)):
        talk = lone(Limits(quorum=quorum, missing=2), is_optional=True)
        talk.gather((0, BEFORE), 7, 1.0)
        for beat in range(8):
            talk.tick(1.0 + beat / 2)
        assert talk.is_done is is_enough, quorum
        talk.receive(taught(0), ("inbox", b"t"), 6.0)
        assert talk.is_done


def test_a_silent_teacher_is_named_and_a_pause_of_one_s_own_is_not_held_against_it() -> None:
    talk = lone(Limits(step=10))
    talk.gather((0, BEFORE), 7, 1.0)
    talk.tick(1.0)
    talk.tick(1000.0)
    assert talk.failure is None
    now = 1000.0
    while talk.failure is None and now < 1030:
        now += 0.5
        talk.tick(now)
    assert "'t' died or cannot be reached" in str(talk.failure) and now < 1012


def test_only_the_newest_knowledge_stays_in_memory() -> None:
    network = Network(["a", "b"], 0, 0.0, Limits())
    network.run()
    publisher = network.nodes["a"].conversation._publisher
    assert 0 < len(publisher._recent) <= 2 * Limits().window


def test_several_students_receive_one_message_that_is_encoded_once() -> None:
    network = Network(["a", "b", "c"], 0, 0.0, Limits())
    network.nodes["b"].is_done = network.nodes["c"].is_done = True
    a = network.nodes["a"]
    for peer in a.conversation.peers.values():
        peer.greeted = peer.welcomed = True
        peer.address = f"{peer.name}/1"
    talk = a.conversation
    talk._session.stage = Stage.RUNNING
    tensors = (Tensor.of("logits", np.zeros((1, 10), np.float32)),)
    actions = talk.publish(Knowledge(0, 0, 0, 0, tensors), 0.0)
    messages = [action.message for action in actions if isinstance(action, Send)]
    assert len(messages) == 2 and messages[0] is messages[1]
    assert messages[0].frames is messages[1].frames


def test_another_version_is_refused_and_ends_a_join() -> None:
    network = Network(["a", "b"], 0, 0.0, Limits())
    talk = network.nodes["a"].conversation
    error = OtherVersion(2)
    sent = talk.damaged(error, ("inbox", b"b/1"), 0.0)
    refusals = [a.message.body for a in sent if isinstance(a, Send)]
    assert [r.code for r in refusals if isinstance(r, Refusal)] == [1] and talk.failure is None
    talk.damaged(error, ("rendezvous", ""), 0.0)
    assert talk.failure is not None and talk.failure.exit_code == 76
    assert "the rendezvous speaks another version" in str(talk.failure)


@pytest.mark.parametrize(("code", "exit_code"), [(1, 76), (3, 78), (7, 77), (10, 78), (12, 78)])
def test_a_refusal_ends_with_its_reason_alone_and_its_exit_code(code: int, exit_code: int) -> None:
    network = Network(["a", "b"], 0, 0.0, Limits())
    talk = network.nodes["a"].conversation
    rendezvous = Sender(RUN, CONFIGURATION, "rendezvous", 1 << 16)
    refusal = Refusal(code, "the settings are others\nseed=1\ntraining.steps=20")
    talk.receive(Message(Kind.REFUSE, rendezvous, body=refusal), ("rendezvous", ""), 0.0)
    assert talk.failure is not None and talk.failure.exit_code == exit_code
    assert str(talk.failure).endswith("the settings are others")
