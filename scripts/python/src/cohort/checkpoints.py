"""Checkpoints in folders: whole or not there, and verified before they are used."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
from pathlib import Path
from typing import Any

from .errors import CohortError
from .state import State

_log = logging.getLogger("cohort")
_NAME = re.compile(r"step-(\d{8,})")
_MANIFEST = "manifest.json"


class Checkpoints:
    """The checkpoints of one learner, of which the newest few are kept."""

    def __init__(self, folder: Path, state: State, keep: int = 2) -> None:
        self._folder = folder
        self._state = state
        self._keep = max(1, keep)
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def steps(self) -> list[int]:
        """The steps after which there is one, ascending."""
        found = [_NAME.fullmatch(path.name) for path in self._folder.iterdir()]
        return sorted(int(match[1]) for match in found if match)

    @property
    def span(self) -> tuple[int, int]:
        """The steps of the oldest and the newest."""
        steps = self.steps
        return (steps[0], steps[-1]) if steps else (0, 0)

    def save(self, step: int, extra: dict[str, Any]) -> None:
        """Writes one after so many steps, and removes those that are too old."""
        final, draft = self._path(step), self._folder / f"draft-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir()
            self._state.save(draft)
            files = {path.name: _digest(path) for path in sorted(draft.iterdir())}
            manifest = {"step": step, "files": files, "extra": extra}
            (draft / _MANIFEST).write_text(json.dumps(manifest))
            for path in draft.iterdir():
                _flush(path)
            shutil.rmtree(final, ignore_errors=True)
            draft.rename(final)
            _flush(self._folder)
        except OSError as error:
            raise CohortError(
                f"cannot write the checkpoint {final}: {error.strerror}", 74
            ) from error
        for old in self.steps[: -self._keep]:
            shutil.rmtree(self._path(old))

    def load(self) -> tuple[int, dict[str, Any]] | None:
        """Loads the newest that is whole: how many steps are done, and what else was saved.

        None where there is none. A damaged one is named, and the one before it is used.
        """
        for step in reversed(self.steps):
            path = self._path(step)
            problem = self._problem(path)
            if problem is None:
                manifest = json.loads((path / _MANIFEST).read_text())
                self._state.load(path)
                return step, manifest["extra"]
            _log.warning("%s is damaged (%s); the one before it is used", path, problem)
            shutil.rmtree(path)
        return None

    def _problem(self, path: Path) -> str | None:
        try:
            manifest = json.loads((path / _MANIFEST).read_text())
            for name, digest in manifest["files"].items():
                if _digest(path / name) != digest:
                    return f"checksum of {name}"
        except (OSError, ValueError, KeyError) as error:
            return repr(error)
        return None

    def _path(self, step: int) -> Path:
        return self._folder / f"step-{step:08}"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _flush(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
