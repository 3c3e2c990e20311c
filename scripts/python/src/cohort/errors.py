"""Errors, each with the exit code that the program would end with."""

from __future__ import annotations


class CohortError(Exception):
    """Something that the user can mend: the message says what is wrong, where, and what to do.

    `exit_code` is the code that Cohort's own program would end with: 65 corrupt data, 66 a file is
    missing, 69 a peer is unreachable, 70 internal, 74 disk, 76 another version of the protocol, 77
    not authorised, 78 configuration.
    """

    def __init__(self, message: str, exit_code: int = 70) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class CorruptData(CohortError):
    """A message, a journal or a file that cannot be read (65)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 65)


class MissingFile(CohortError):
    """A file that is not there (66)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 66)


class Unavailable(CohortError):
    """A neighbour that cannot be reached, or has left (69)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 69)


class WrongConfiguration(CohortError):
    """Two sides that do not agree, or a setting that makes no sense (78)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 78)
