"""What is wrong with a connection, in plain words, before a learner joins."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import zmq
from zmq.utils import z85
from zmq.utils.monitor import recv_monitor_message

from . import contact as contacts
from . import plan as plans
from .contact import Invitation
from .curve import Keys
from .dataset import DataSet
from .errors import CohortError, CorruptData
from .peer import keys_of
from .plan import Plan
from .wire import Contact, Kind, Message, OtherVersion, Refusal, Sender, decode, encode
from .wire import first_incarnation as _incarnation

T = TypeVar("T")
_PROBE = "connection-check"


@dataclass
class Findings:
    """What was looked at, and what is wrong; prints as a list."""

    problems: list[str] = field(default_factory=list)
    sound: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def __bool__(self) -> bool:
        return self.is_sound

    def __str__(self) -> str:
        lines = [f"sound: {text}" for text in self.sound]
        return "\n".join(lines + [f"WRONG: {text}" for text in self.problems])

    def _note(self, problem: str | None, sound: str) -> bool:
        if problem is None:
            self.sound.append(sound)
        else:
            self.problems.append(problem)
        return problem is None


def check(
    contact: Invitation | str | os.PathLike[str] | None = None,
    plan: Plan | str | os.PathLike[str] | None = None,
    data: DataSet | None = None,
    keys: Keys | str | os.PathLike[str] | None = None,
    timeout: float = 5.0,
) -> Findings:
    """Looks at contact, plan, data, keys and the rendezvous, and names all that is wrong.

    Nothing is registered: the cohort goes on waiting.
    """
    found = Findings()
    invitation = _read(found, "the contact", lambda: contacts.find(contact, wait=0))
    planned = None
    if plan is not None or plans.ENVIRONMENT in os.environ:
        planned = _read(found, "the plan", lambda: Plan.find(plan))
    pair = _read(found, "the keys", lambda: keys_of(keys), is_optional=True)
    if planned and invitation:
        _compare(found, planned, invitation)
    if planned and data:
        _read(found, "the data", lambda: _agrees(data, planned))
    if invitation:
        _look(found, invitation, pair, planned.name if planned else None, timeout)
    return found


def _read(found: Findings, what: str, body: Callable[[], T], is_optional: bool = False) -> T | None:
    try:
        value = body()
    except CohortError as error:
        found.problems.append(f"{what}: {error}")
        return None
    if value is not None or not is_optional:
        found.sound.append(what)
    return value


def _agrees(data: DataSet, plan: Plan) -> bool:
    data.check(plan.data)
    return True


def _compare(found: Findings, plan: Plan, invitation: Invitation) -> None:
    same = plan.configuration == invitation.configuration
    found._note(
        None
        if same
        else f"configuration: the plan is of {plan.configuration.hex()}, the run of"
        f" {invitation.configuration.hex()}; print it again with the run's file and overrides",
        "configuration",
    )
    found._note(
        None
        if plan.stage == invitation.stage
        else f"stage: the plan is of stage {plan.stage}, the run in stage {invitation.stage}",
        "stage",
    )
    if invitation.classes is not None:
        found._note(
            None
            if plan.classes == invitation.classes
            else f"classes: the plan has {plan.classes}, the run {invitation.classes}",
            "classes",
        )
    if invitation.sample_order is not None:
        found._note(
            None
            if plan.sample_order == invitation.sample_order
            else "sample order: the launcher's data are others, or in another order, than those of"
            " the plan",
            "sample order",
        )
    if invitation.external:
        names = ", ".join(invitation.external)
        found._note(
            None
            if plan.name in invitation.external
            else f"name: '{plan.name}' is not expected to join by itself, only {names}",
            "name",
        )


def _look(
    found: Findings,
    invitation: Invitation,
    keys: Keys | None,
    name: str | None,
    timeout: float,
) -> None:
    if invitation.rendezvous_key and keys is None:
        found.problems.append(
            "keys: the run is secured, and no keys are given; `cohort keys new NAME` makes them,"
            " and the launcher needs the public one"
        )
        return
    if not found._note(_reach(invitation.rendezvous, timeout), "address"):
        return
    problem = _ask(invitation, keys, name, timeout)
    found._note(problem, "rendezvous")


def _reach(address: str, timeout: float) -> str | None:
    place = urlsplit(address)
    if place.scheme == "ipc":
        path = address.removeprefix("ipc://")
        return None if os.path.exists(path) else f"address: {path} is not there on this host"
    if place.scheme != "tcp" or place.hostname is None or place.port is None:
        return f"address: '{address}' is no ZeroMQ endpoint such as tcp://host:port"
    try:
        with socket.create_connection((place.hostname, place.port), timeout):
            return None
    except socket.gaierror as error:
        return f"address: the name {place.hostname} is not known here ({error.strerror})"
    except TimeoutError:
        return f"address: {address} did not answer within {timeout:g} s; is a firewall between?"
    except OSError as error:
        return f"address: {address} cannot be reached ({error.strerror}); is the launcher running?"


def _ask(invitation: Invitation, keys: Keys | None, name: str | None, timeout: float) -> str | None:
    """Registers under a name that no cohort has, whose refusal says what agrees."""
    with zmq.Context() as context, context.socket(zmq.DEALER) as probe:
        probe.linger = 0
        if keys and invitation.rendezvous_key:
            probe.curve_publickey = z85.encode(keys.public)
            probe.curve_secretkey = z85.encode(keys.secret)
            probe.curve_serverkey = z85.encode(invitation.rendezvous_key)
        monitor = probe.get_monitor_socket()
        try:
            probe.connect(invitation.rendezvous)
            problem = _handshake(monitor, keys is not None, timeout)
            if problem or (keys and invitation.rendezvous_key):
                return problem
            sender = Sender(invitation.run, invitation.configuration, _PROBE, _incarnation())
            body = Contact("tcp://127.0.0.1:1")
            probe.send_multipart(encode(Message(Kind.REGISTER, sender, body=body)))
            if not probe.poll(int(1000 * timeout)):
                return f"the rendezvous did not answer within {timeout:g} s"
            return _judge(probe.recv_multipart())
        finally:
            probe.disable_monitor()
            monitor.close(0)


def _judge(frames: list[bytes]) -> str | None:
    try:
        answer = decode(frames)
    except OtherVersion as error:
        return f"protocol: {error}"
    except CorruptData as error:
        return f"what answers is no rendezvous: {error}"
    if not isinstance(answer.body, Refusal):
        return "what answers is no rendezvous of this protocol"
    if answer.body.code == 6:
        return None
    what = {1: "protocol", 2: "run", 3: "configuration", 8: "time"}.get(answer.body.code, "")
    return f"{what}: {answer.body.reason}"


def _handshake(monitor: zmq.Socket[bytes], is_secured: bool, timeout: float) -> str | None:
    deadline = time.monotonic() + timeout
    while (left := deadline - time.monotonic()) > 0:
        if not monitor.poll(int(1000 * left) + 1):
            break
        event = recv_monitor_message(monitor)["event"]
        if event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
            return None
        if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
            return (
                "keys: the rendezvous refuses the key; the launcher's folder of keys needs this"
                " learner's public key under its name"
            )
        if event in (zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL):
            wanted = "no keys" if is_secured else "keys"
            return (
                f"keys: the rendezvous cannot agree on a connection; it wants {wanted}, or has"
                " another public key than the contact says"
            )
    return (
        f"no handshake within {timeout:g} s: the rendezvous has another public key than the contact"
        " says, or is busy"
    )
