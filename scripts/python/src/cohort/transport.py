"""The sockets of a learner, and the thread that owns them."""

from __future__ import annotations

import logging
import os
import queue
import shutil
import socket as system_socket
import stat
import tempfile
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import zmq
from zmq.utils import z85

from .actions import Action, Connect, Notice, Send
from .conversation import Conversation
from .curve import Gatekeeper, Keys
from .errors import CohortError, CorruptData, Unavailable
from .neighbours import Channel
from .wire import Contact, Message, decode

_log = logging.getLogger("cohort")
_ANSWERS = 1000
_LONGEST_PATH = 107
_ENFORCE_DOMAIN = 93


class Inbox:
    """A bound ROUTER, and the address at which others reach it."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        rendezvous: str,
        keys: Keys | None,
        domain: str,
        *,
        host: str | None = None,
        advertise: str | None = None,
        window: int = 2,
    ) -> None:
        """Binds an address that the cohort reaches: of the kind of the rendezvous' address.

        `host` is the address of this host to bind, found by the way to the rendezvous if None;
        `advertise` what others connect to, where that is another.
        """
        self.gatekeeper = Gatekeeper(context, domain) if keys else None
        self.socket = context.socket(zmq.ROUTER)
        if keys:
            self.socket.curve_server = True
            self.socket.curve_secretkey = z85.encode(keys.secret)
            self.socket.zap_domain = domain.encode()
            try:
                self.socket.setsockopt(_ENFORCE_DOMAIN, 1)
            except zmq.ZMQError:
                _log.debug("libzmq does not know ZMQ_ZAP_ENFORCE_DOMAIN")
        _configure(self.socket, window)
        self.socket.sndhwm = _ANSWERS
        self.socket.setsockopt(zmq.BACKLOG, 1024)
        self._folder: str | None = None
        if rendezvous.startswith("ipc://"):
            self.address = self._bind_file()
        else:
            self.address = self._bind_port(host or _local_address(rendezvous), advertise)

    def _bind_file(self) -> str:
        # mkdtemp makes a folder that only this user may enter.
        parent = tempfile.gettempdir()
        self._folder = tempfile.mkdtemp(
            prefix="cohort-", dir=parent if len(parent) < 70 else "/tmp"
        )
        path = os.path.join(self._folder, "inbox")
        if len(path) > _LONGEST_PATH or stat.S_IMODE(os.stat(self._folder).st_mode) != 0o700:
            raise CohortError(f"the socket path {path} is too long or not private", 78)
        self.socket.bind(f"ipc://{path}")
        return f"ipc://{path}"

    def _bind_port(self, host: str, advertise: str | None) -> str:
        self.socket.ipv6 = ":" in host
        try:
            port = self.socket.bind_to_random_port(f"tcp://{_bracketed(host)}")
        except zmq.ZMQError as error:
            raise Unavailable(
                f"cannot bind {host}: {error}; name an address of this host by host="
            ) from error
        return f"tcp://{_bracketed(advertise or host)}:{port}"

    def close(self) -> None:
        """Closes the socket, and removes its file."""
        self.socket.close()
        if self.gatekeeper:
            self.gatekeeper.close()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _local_address(rendezvous: str) -> str:
    """This host's address on the way to the rendezvous; nothing is sent."""
    place = urlsplit(rendezvous)
    host, port = place.hostname or "127.0.0.1", place.port or 1
    try:
        family, kind, _, _, address = system_socket.getaddrinfo(
            host, port, type=system_socket.SOCK_DGRAM
        )[0]
        with system_socket.socket(family, kind) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError as error:
        raise Unavailable(f"the rendezvous' host {host} cannot be found: {error}") from error


def _configure(socket: zmq.Socket[bytes], window: int) -> None:
    socket.linger = 1000
    socket.setsockopt(zmq.HANDSHAKE_IVL, 4000)
    socket.setsockopt(zmq.RECONNECT_IVL, 200)
    socket.setsockopt(zmq.RECONNECT_IVL_MAX, 10_000)
    socket.sndhwm = socket.rcvhwm = 4 * window


class Transport:
    """Runs a conversation over sockets, in a thread of its own.

    Every call of `ask` is carried out in that thread, and returns when the conversation has its
    answer.
    """

    def __init__(
        self,
        inbox: Inbox,
        context: zmq.Context[zmq.Socket[bytes]],
        rendezvous: str,
        *,
        keys: Keys | None,
        rendezvous_key: bytes | None,
        limit: int,
        window: int,
    ) -> None:
        self._inbox = inbox
        self._context = context
        self._keys = keys
        self._limit = limit
        self._window = window
        self._dealers: dict[str, zmq.Socket[bytes]] = {}
        self._rendezvous = self._dealer(rendezvous, rendezvous_key)
        self._poller = zmq.Poller()
        self._wake = context.socket(zmq.PULL)
        self._wake.bind("inproc://cohort.wake")
        self._waker = context.socket(zmq.PUSH)
        self._waker.connect("inproc://cohort.wake")
        for socket in (inbox.socket, self._rendezvous, self._wake):
            self._poller.register(socket, zmq.POLLIN)
        if inbox.gatekeeper:
            self._poller.register(inbox.gatekeeper.socket, zmq.POLLIN)
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._is_stopping = False
        self._crash: BaseException | None = None
        self._conversation: Conversation | None = None
        self._thread = threading.Thread(target=self._run, name="cohort", daemon=True)

    @property
    def conversation(self) -> Conversation:
        """The conversation; to be looked at in the thread alone, or between two requests."""
        assert self._conversation is not None
        return self._conversation

    def start(self, conversation: Conversation) -> None:
        """Starts the thread."""
        self._conversation = conversation
        self._thread.start()

    def ask(
        self,
        request: Callable[[Conversation, float], list[Action]],
        interrupted: Callable[[], None] = lambda: None,
    ) -> None:
        """Carries a request out, and waits for its answer. Raises the failure, if there is one.

        `interrupted` is called now and then; what it raises ends the wait.
        """
        started = threading.Event()

        def call() -> None:
            try:
                self._perform(request(self.conversation, time.monotonic()))
            finally:
                started.set()

        self._calls.put(call)
        self._waker.send(b"")
        with self._changed:
            while not (started.is_set() and self.conversation.is_done) and self._crash is None:
                # Python delivers a signal to a thread only when it is not waiting for long.
                self._changed.wait(0.2)
                interrupted()
        if self._crash is not None:
            raise self._crash
        if self.conversation.failure is not None:
            raise self.conversation.failure

    def stop(self) -> None:
        """Ends the thread, and closes all sockets."""
        self._is_stopping = True
        if self._thread.is_alive():
            self._waker.send(b"")
            self._thread.join()
        for socket in (*self._dealers.values(), self._rendezvous, self._wake, self._waker):
            socket.close()
        self._inbox.close()

    def _dealer(self, address: str, key: bytes | None) -> zmq.Socket[bytes]:
        socket = self._context.socket(zmq.DEALER)
        if self._keys and key:
            socket.curve_publickey = z85.encode(self._keys.public)
            socket.curve_secretkey = z85.encode(self._keys.secret)
            socket.curve_serverkey = z85.encode(key)
        socket.ipv6 = "[" in address
        _configure(socket, self._window)
        socket.rcvhwm = _ANSWERS
        try:
            socket.connect(address)
        except zmq.ZMQError as error:
            raise Unavailable(f"cannot connect to {address}: {error}") from error
        return socket

    # In the thread

    def _run(self) -> None:
        try:
            while not self._is_stopping:
                self._turn()
        except BaseException as error:
            self._crash = error
        finally:
            with self._changed:
                self._changed.notify_all()

    def _turn(self) -> None:
        pause = max(0.0, self.conversation.next_tick - time.monotonic())
        ready = dict(self._poller.poll(int(pause * 1000) + 1))
        if self._wake in ready:
            while self._wake.poll(0):
                self._wake.recv()
        while not self._calls.empty():
            self._calls.get()()
        if self._inbox.gatekeeper:
            self._inbox.gatekeeper.serve()
            self._report_refusals(self._inbox.gatekeeper)
        self._read(ready)
        self._perform(self.conversation.tick(time.monotonic()))
        with self._changed:
            self._changed.notify_all()

    def _report_refusals(self, gatekeeper: Gatekeeper) -> None:
        refused, gatekeeper.refused = gatekeeper.refused, []
        for text in refused:
            _log.warning(text)

    def _read(self, ready: dict[zmq.Socket[bytes], int]) -> None:
        if self._inbox.socket in ready:
            self._read_inbox()
        if self._rendezvous in ready:
            self._read_all(self._rendezvous, ("rendezvous", ""))
        for name, socket in list(self._dealers.items()):
            if socket in ready:
                self._read_all(socket, ("student", name))

    def _read_inbox(self) -> None:
        for _ in range(64):
            if not self._inbox.socket.poll(0):
                return
            route, *frames = self._inbox.socket.recv_multipart(copy=False)
            user = None
            if self._inbox.gatekeeper and frames:
                user = str(frames[0].get("User-Id"))
            self._take([f.bytes for f in frames], ("inbox", route.bytes), user)

    def _read_all(self, socket: zmq.Socket[bytes], channel: Channel) -> None:
        for _ in range(64):
            if not socket.poll(0):
                return
            self._take(socket.recv_multipart(), channel, None)

    def _take(self, frames: list[bytes], channel: Channel, user: str | None) -> None:
        now = time.monotonic()
        try:
            if sum(map(len, frames)) > self._limit:
                raise CorruptData(f"it is larger than {self._limit} octets")
            message = decode(frames)
        except CorruptData as error:
            self._perform(self.conversation.damaged(error, channel, now))
            return
        if channel[0] == "inbox" and self._keys and user != message.sender.name:
            _log.warning(
                "refused a message in the name of '%s', from '%s'", message.sender.name, user
            )
            return
        if channel[0] == "rendezvous":
            self._admit(message)
        self._perform(self.conversation.receive(message, channel, now))

    def _admit(self, message: Message) -> None:
        """Lets in the teachers that a roster names."""
        if self._inbox.gatekeeper is None or not isinstance(message.body, tuple):
            return
        teachers = {peer.name for peer in self.conversation.teachers}
        self._inbox.gatekeeper.allow(
            {contact.key: name for name, contact in message.body if name in teachers}
        )

    def _perform(self, actions: list[Action]) -> None:
        for action in actions:
            match action:
                case Notice():
                    _log.info(action.text)
                case Connect():
                    self._connect(action.student, action.contact)
                case Send():
                    self._send(action.channel, action.message.frames)

    def _connect(self, student: str, contact: Contact) -> None:
        old = self._dealers.pop(student, None)
        if old is not None:
            self._poller.unregister(old)
            old.close(linger=0)
        socket = self._dealer(contact.address, contact.key if any(contact.key) else None)
        self._dealers[student] = socket
        self._poller.register(socket, zmq.POLLIN)

    def _send(self, channel: Channel, frames: list[bytes]) -> None:
        """Sends a message; one that cannot leave is lost, and repaired by the conversation."""
        kind, name = channel
        try:
            if isinstance(name, bytes):
                self._inbox.socket.send_multipart([name, *frames], zmq.NOBLOCK)
            elif kind == "rendezvous":
                self._rendezvous.send_multipart(frames, zmq.NOBLOCK)
            elif name in self._dealers:
                self._dealers[name].send_multipart(frames, zmq.NOBLOCK)
        except zmq.ZMQError as error:
            _log.debug("a message to the %s %r was lost: %s", kind, name, error)
