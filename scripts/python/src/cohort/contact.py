"""Where a cohort meets, as its launcher writes it down: contact.json."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .digests import run_identifier
from .errors import CohortError, CorruptData, MissingFile, WrongConfiguration
from .jsonfiles import read_json

_PROTOCOL = 1
ENVIRONMENT = "COHORT_CONTACT"
"""The variable by which a launcher names contact.json to the programs that it starts."""


@dataclass(frozen=True)
class Invitation:
    """What a learner must know to join a run."""

    run: bytes
    """The 16 octets by which messages name the run."""
    configuration: bytes
    """The digest of the resolved configuration, 32 octets."""
    rendezvous: str
    """The ZeroMQ endpoint where the cohort meets."""
    rendezvous_key: bytes | None = None
    """Its public key, 32 octets; None where the exchange is plain."""
    stage: int = 1
    classes: int | None = None
    sample_order: int | None = None
    external: tuple[str, ...] = ()
    """The learners that are expected to join by themselves."""

    @staticmethod
    def of(
        run: str, rendezvous: str, digest: str, key: str | None = None, stage: int = 1
    ) -> Invitation:
        """By the words that a launcher prints: run, address, digest and key in hexadecimal."""
        public = _octets("the rendezvous' key", key, 32) if key else None
        return Invitation(
            run_identifier(run), _octets("the digest", digest, 32), rendezvous, public, stage
        )

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Invitation:
        """Reads a contact.json, or that of a run directory."""
        file = Path(path)
        if file.is_dir():
            file = file / "contact.json"
        fields = read_json(
            file, missing=f"{file} is missing: it is there while a run's launcher waits or works"
        )
        try:
            return _from_fields(fields)
        except (KeyError, TypeError, ValueError) as error:
            raise CorruptData(f"{file} is no contact of a run: {error!r}") from error


def _from_fields(fields: dict[str, Any]) -> Invitation:
    if fields["protocol"] != _PROTOCOL:
        raise CohortError(
            f"the run speaks version {fields['protocol']} of the protocol, and this package"
            f" {_PROTOCOL}: install the package of the program's version",
            76,
        )
    key, order = fields.get("rendezvous_key"), fields.get("sample_order")
    return Invitation(
        bytes.fromhex(fields["run_identifier"]),
        bytes.fromhex(fields["configuration_digest"]),
        fields["rendezvous"],
        bytes.fromhex(key) if key else None,
        int(fields["stage"]),
        fields.get("classes"),
        int.from_bytes(bytes.fromhex(order), "little") if order else None,
        tuple(fields.get("external", ())),
    )


def _octets(what: str, digits: str, count: int) -> bytes:
    if not re.fullmatch(rf"[0-9a-fA-F]{{{2 * count}}}", digits):
        raise WrongConfiguration(f"{what} is {2 * count} hexadecimal digits, not '{digits}'")
    return bytes.fromhex(digits)


def find(contact: Invitation | str | os.PathLike[str] | None, wait: float = 60.0) -> Invitation:
    """The invitation that is given, or the one that the launcher names in the environment.

    A path is waited for: the launcher may not be there yet.
    """
    if isinstance(contact, Invitation):
        return contact
    path = contact if contact is not None else os.environ.get(ENVIRONMENT)
    if path is None:
        raise WrongConfiguration(
            f"no contact is given, and {ENVIRONMENT} is not set; name the contact.json of a run"
        )
    deadline = time.monotonic() + wait
    while True:
        try:
            return Invitation.load(path)
        except MissingFile:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.05)
