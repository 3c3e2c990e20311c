"""Keys: certificates as files, and who is let in."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

import zmq
from zmq.utils import z85

from .errors import CohortError, CorruptData, MissingFile

_FIELD = re.compile(r"^\s*([\w-]+)\s*=\s*[\"']?([^\"'\n]*)[\"']?\s*$", re.MULTILINE)
_PUBLIC, _SECRET = ".key", ".key_secret"


@dataclass(frozen=True)
class Keys:
    """A pair of keys, 32 octets each."""

    public: bytes
    secret: bytes

    @staticmethod
    def new() -> Keys:
        """A pair that was never there before."""
        public, secret = zmq.curve_keypair()
        return Keys(z85.decode(public), z85.decode(secret))

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Keys:
        """Reads NAME.key_secret, as `cohort keys new NAME` makes it.

        Raises CohortError (77) where others than its owner may read it.
        """
        file = Path(path)
        fields = _read(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise CohortError(f"others may read the secret key in {file}: chmod 600 {file}", 77)
        named = fields.get("name")
        if named and file.name != named + _SECRET:
            raise CohortError(f"{file} belongs to '{named}'; name it {named}{_SECRET}", 77)
        if "secret-key" not in fields:
            raise CorruptData(f"{file} holds no secret-key; its name ends with {_SECRET}")
        secret = _decode(file, fields["secret-key"])
        public = z85.decode(zmq.curve_public(z85.encode(secret)))
        if public != _decode(file, fields.get("public-key", "")):
            raise CorruptData(f"the secret-key in {file} does not belong to its public-key")
        return Keys(public, secret)

    def save(self, folder: str | os.PathLike[str], name: str) -> Path:
        """Writes NAME.key and NAME.key_secret; returns the path of the secret one."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        public = z85.encode(self.public).decode()
        text = f'metadata\n    name = {name}\ncurve\n    public-key = "{public}"\n'
        (place / (name + _PUBLIC)).write_text(text)
        file = place / (name + _SECRET)
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as secret:
            secret.write(f'{text}    secret-key = "{z85.encode(self.secret).decode()}"\n')
        return file


def load_public(path: str | os.PathLike[str]) -> bytes:
    """The public key of a certificate NAME.key, 32 octets."""
    file = Path(path)
    return _decode(file, _read(file).get("public-key", ""))


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text().splitlines()
    except FileNotFoundError as error:
        raise MissingFile(f"{file} is missing; `cohort keys new NAME` makes keys") from error
    except UnicodeDecodeError as error:
        raise CorruptData(f"{file} is no certificate") from error
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    return dict(_FIELD.findall(text))


def _decode(file: Path, key: str) -> bytes:
    if len(key) != 40:
        raise CorruptData(f"{file} has no key of 40 characters of Z85")
    try:
        return z85.decode(key.encode())
    except (ValueError, KeyError) as error:
        raise CorruptData(f"{file} has no key of 40 characters of Z85") from error


class Gatekeeper:
    """Answers who may connect to an inbox (RFC 27): the teachers that the roster names.

    Who asks before the roster has come waits for it.
    """

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], domain: str) -> None:
        self.socket = context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.bind("inproc://zeromq.zap.01")
        self._domain = domain.encode()
        self._allowed: dict[bytes, str] | None = None
        self._waiting: list[list[bytes]] = []
        self.refused: list[str] = []
        """Who was refused, for notices."""

    def allow(self, keys: dict[bytes, str]) -> None:
        """Lets in those with these keys, in the name of each, and answers all who wait."""
        self._allowed = keys
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._answer(request)

    def serve(self) -> None:
        """Answers who asks."""
        while self.socket.poll(0):
            request = self.socket.recv_multipart()
            if self._allowed is None:
                self._waiting.append(request)
            else:
                self._answer(request)

    def _answer(self, request: list[bytes]) -> None:
        end = request.index(b"") + 1
        version, number, domain, address, _, mechanism, *credentials = request[end:]
        name = None
        if mechanism == b"CURVE" and domain == self._domain and credentials and self._allowed:
            name = self._allowed.get(credentials[0])
        if name is None:
            self.refused.append(f"refused a connection from {address.decode(errors='replace')}")
        code, text = (b"200", b"OK") if name else (b"400", b"No access")
        reply = [version, number, code, text, (name or "").encode(), b""]
        self.socket.send_multipart([*request[:end], *reply])

    def close(self) -> None:
        """Closes the socket."""
        self.socket.close()
