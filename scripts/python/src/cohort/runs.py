"""Run directories, read: results, metrics and knowledge as columns."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import CorruptData, MissingFile
from .journal import JournalReader
from .jsonfiles import read_json

Columns = dict[str, npt.NDArray[Any]]


class Run:
    """One run's directory, such as runs/digits/latest.

    Tables are data frames where pandas is installed, otherwise dictionaries of NumPy arrays; see
    `columns` for the latter in any case.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path).resolve()
        if not (self.path / "learners").is_dir():
            raise MissingFile(f"{path} is no run directory: it has no folder 'learners'")

    @property
    def summary(self) -> dict[str, Any]:
        """What summary.json holds."""
        file = self.path / "summary.json"
        return read_json(file, missing=f"{file} is missing: the run has not come to its end")

    @property
    def learners(self) -> list[str]:
        """The names of those that left something."""
        return sorted(path.name for path in (self.path / "learners").iterdir() if path.is_dir())

    def records(self, learner: str) -> list[dict[str, Any]]:
        """The lines of a learner's metrics.jsonl; of repeated steps the later ones."""
        file = self.path / "learners" / learner / "metrics.jsonl"
        if not file.exists():
            raise MissingFile(f"{file} is missing")
        found: dict[tuple[Any, ...], dict[str, Any]] = {}
        lines = file.read_text().splitlines()
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
            except ValueError as error:
                if number == len(lines):
                    break
                raise CorruptData(f"{file}, line {number}: {error}") from error
            step = record.get("step")
            key = (record.get("kind"), step) if step is not None else (number,)
            found.pop(key, None)
            found[key] = record
        return list(found.values())

    def columns(self, kind: str = "epoch", learner: str | None = None) -> Columns:
        """Records of one kind as columns: `interval`, `epoch`, `start` or `end`.

        Fields of fields have dotted names, `terms.dml<b.value`. What a record lacks is NaN, or ""
        in a column of words.
        """
        rows = [
            {"learner": name, **_flat(record)}
            for name in ([learner] if learner else self.learners)
            for record in self.records(name)
            if record.get("kind") == kind
        ]
        names = list(dict.fromkeys(name for row in rows for name in row))
        return {name: _column([row.get(name) for row in rows]) for name in names}

    def frame(self, kind: str = "epoch", learner: str | None = None) -> Any:
        """The same as a pandas data frame; columns where pandas is not installed."""
        columns = self.columns(kind, learner)
        try:
            import pandas
        except ImportError:
            return columns
        return pandas.DataFrame(columns)

    def results(self) -> Any:
        """One row for each learner, of summary.json."""
        learners = self.summary["learners"]
        rows = [{"learner": name, **_flat(fields)} for name, fields in learners.items()]
        names = list(dict.fromkeys(name for row in rows for name in row))
        columns = {name: _column([row.get(name) for row in rows]) for name in names}
        try:
            import pandas
        except ImportError:
            return columns
        return pandas.DataFrame(columns)

    def journal(self, learner: str) -> JournalReader:
        """A learner's journal."""
        return JournalReader(self.path / "learners" / learner / "journal")

    def weights(self, learner: str) -> dict[str, npt.NDArray[np.float32]]:
        """A learner's newest weights, by PyTorch's names."""
        folder = self.path / "learners" / learner / "checkpoints"
        found = sorted(folder.glob("step-*/model.safetensors"))
        if not found:
            raise MissingFile(f"{folder} holds no checkpoint")
        return read_safetensors(found[-1])


def read_safetensors(path: str | os.PathLike[str]) -> dict[str, npt.NDArray[np.float32]]:
    """The single-precision tensors of a safetensors file."""
    data = Path(path).read_bytes()
    size = int.from_bytes(data[:8], "little")
    if len(data) < 8 + size:
        raise CorruptData(f"{path} is cut short")
    header: Mapping[str, Any] = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + size + start : 8 + size + end], dtype="<f4")
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def _flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{name}."))
        elif not isinstance(value, list):
            flat[prefix + name] = value
    return flat


def _column(values: list[Any]) -> npt.NDArray[Any]:
    if any(isinstance(value, str) for value in values):
        return np.array(["" if value is None else str(value) for value in values])
    numbers = [np.nan if value is None else value for value in values]
    return np.array(numbers)
