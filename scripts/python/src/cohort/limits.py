"""How long a learner waits, and how much it keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How long a learner waits, in seconds, and how much is under way and kept."""

    join: float = 60.0
    step: float = 120.0
    missing: float = 2.0
    beat: float = 0.5
    notice: float = 5.0
    window: int = 2
    quorum: str = "none"
    journal_bytes: int = 256 << 20
    message_bytes: int = 64 << 20
    strikes: int = 3
    quarantine: int = 100
