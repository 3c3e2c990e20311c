"""The latest knowledge of each teacher about each sample, which stands in for what is late."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


@dataclass
class _Table:
    """The rows of one teacher, by the numbers of the samples."""

    rows: Floats
    steps: Numbers
    """The step at which each row was published; -1 where there is none."""

    def grown(self, count: int) -> _Table:
        """The same with room for so many samples."""
        more = count - len(self.steps)
        if more <= 0:
            return self
        empty = np.zeros((more, *self.rows.shape[1:]), np.float32)
        steps = np.full(more, -1, np.int64)
        return _Table(np.concatenate([self.rows, empty]), np.concatenate([self.steps, steps]))


class Bank:
    """What one term of a loss remembers: for each teacher a row of each sample."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}

    def store(self, teacher: str, values: Floats, samples: Numbers, step: int) -> None:
        """Stores a teacher's rows of the samples of a step, where they are newer than those there.

        Of a sample that occurs twice in a batch the later row counts.
        """
        empty = _Table(np.zeros((0, *values.shape[1:]), np.float32), np.zeros(0, np.int64))
        table = self._tables.get(teacher, empty).grown(int(samples.max(initial=-1)) + 1)
        newer = table.steps[samples] <= step
        table.rows[samples[newer]] = values[newer]
        table.steps[samples[newer]] = step
        self._tables[teacher] = table

    def latest(
        self, teacher: str, samples: Numbers, step: int, age: int | None
    ) -> tuple[Floats, Numbers] | None:
        """A teacher's rows of some samples, and how many steps old each is; -1 where there is none.

        A row may be `age` steps old, or of any age. None where no sample has a row.
        """
        table = self._tables.get(teacher)
        if table is None:
            return None
        table = table.grown(int(samples.max(initial=-1)) + 1)
        steps = table.steps[samples]
        ages = np.where(steps < 0, -1, step - steps)
        if age is not None:
            ages[ages > age] = -1
        if (ages < 0).all():
            return None
        rows = table.rows[samples]
        rows[ages < 0] = 0
        return rows, ages

    def arrays(self, prefix: str) -> dict[str, npt.NDArray[np.generic]]:
        """All of it, for a checkpoint."""
        found: dict[str, npt.NDArray[np.generic]] = {}
        for teacher, table in self._tables.items():
            found[f"{prefix}/{teacher}/rows"] = table.rows
            found[f"{prefix}/{teacher}/steps"] = table.steps
        return found

    def load(self, prefix: str, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
        """Reads it back."""
        self._tables = {}
        for name, rows in arrays.items():
            if name.startswith(f"{prefix}/") and name.endswith("/rows"):
                teacher = name.removeprefix(f"{prefix}/").removesuffix("/rows")
                steps = arrays[f"{prefix}/{teacher}/steps"]
                self._tables[teacher] = _Table(rows.astype(np.float32), steps.astype(np.int64))


class Banks:
    """The banks of a learner's terms, by the terms' places; part of its checkpoints."""

    FILE = "banked.npz"

    def __init__(self, places: list[int]) -> None:
        self._banks = {place: Bank() for place in places}

    def get(self, place: int) -> Bank | None:
        """The bank of a term; None where it banks nothing."""
        return self._banks.get(place)

    def items(self) -> list[tuple[int, Bank]]:
        """All of them, by the terms' places."""
        return list(self._banks.items())

    def save(self, folder: Path) -> None:
        """Writes them into a checkpoint, where there are any."""
        if self._banks:
            arrays: dict[str, npt.NDArray[np.generic]] = {}
            for place, bank in self._banks.items():
                arrays |= bank.arrays(str(place))
            np.savez(folder / self.FILE, **arrays)  # type: ignore[arg-type]

    def load(self, folder: Path) -> None:
        """Reads them back."""
        if self._banks:
            with np.load(folder / self.FILE) as saved:
                arrays = {name: saved[name] for name in saved.files}
            for place, bank in self._banks.items():
                bank.load(str(place), arrays)
