"""Knowledge files in place of a teacher's process: recordings, and their form as .npz."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from .answers import Answers, Model
from .codecs import codec_of
from .contents import split_name
from .dataset import DataSet
from .errors import CorruptData, MissingFile, WrongConfiguration
from .journal import JournalReader, JournalWriter
from .plan import Plan
from .tensors import Knowledge, Tensor
from .wire import Sender, first_incarnation

_FORMAT = "cohort knowledge 1"


def record(
    model: Model,
    data: DataSet,
    directory: str | os.PathLike[str],
    *,
    plan: Plan | str | os.PathLike[str] | None = None,
    device: str | None = None,
) -> Path:
    """Writes down all that a frozen teacher would publish, without any cohort.

    The directory can then be named as the learner's `source:`. The arguments are those of `serve`.
    """
    planned = Plan.find(plan)
    if planned.generator is not None:
        raise WrongConfiguration(
            f"'{planned.name}' answers samples that '{planned.generator}' makes in the run, which"
            " nobody can record before; use cohort.serve"
        )
    answers = Answers(model, planned, data, device)
    writer = _writer(directory, planned)
    try:
        answers.publish(answers.places(), writer.publish)
        writer.end(planned.lasts - 1)
    finally:
        writer.close()
    return Path(directory)


def _writer(directory: str | os.PathLike[str], plan: Plan) -> JournalWriter:
    place = Path(directory)
    if place.exists() and any(place.iterdir()):
        raise WrongConfiguration(f"{directory} is not empty; name a new folder for a recording")
    sender = Sender(bytes(16), plan.configuration, plan.name, first_incarnation())
    return JournalWriter(place, sender, keeps_all=True)


def to_npz(
    journal: str | os.PathLike[str], file: str | os.PathLike[str]
) -> dict[str, tuple[int, ...]]:
    """Writes what a journal says was published into an .npz file.

    For every tensor and round it holds `NAME@round-R`, S×N×… of float32, with `NAME@round-R/step`,
    `…/epoch` and `…/digest`, S numbers each. Returns the shapes of the tensors' arrays.
    """
    columns: dict[str, list[tuple[Knowledge, Tensor]]] = {}
    for knowledge in JournalReader(_journal_in(journal)).published().values():
        for tensor in knowledge.tensors:
            key = f"{tensor.name}@round-{knowledge.round}"
            columns.setdefault(key, []).append((knowledge, tensor))
    if not columns:
        raise MissingFile(f"nothing was published in {journal}")
    arrays: dict[str, Any] = {"format": np.array(_FORMAT)}
    for key, rows in columns.items():
        arrays[key] = np.stack([tensor.values for _, tensor in rows])
        arrays[f"{key}/step"] = np.array([k.step for k, _ in rows], dtype=np.int64)
        arrays[f"{key}/epoch"] = np.array([k.epoch for k, _ in rows], dtype=np.int64)
        arrays[f"{key}/digest"] = np.array([k.batch_digest for k, _ in rows], dtype=np.uint64)
        arrays[f"{key}/kind"] = np.array(rows[0][1].kind, dtype=np.int64)
    with open(file, "wb") as handle:
        np.savez_compressed(handle, **arrays)
    return {key: arrays[key].shape for key in columns}


def from_npz(
    file: str | os.PathLike[str],
    directory: str | os.PathLike[str],
    *,
    plan: Plan | str | os.PathLike[str] | None = None,
) -> Path:
    """Writes a recording of what an .npz file holds, as `to_npz` writes it.

    Values in a codec that is not exact are encoded again. The plan is that of the learner in whose
    place the recording is to stand.
    """
    planned = Plan.find(plan)
    tensors: dict[tuple[int, int], list[Tensor]] = {}
    marks: dict[tuple[int, int], tuple[int, int]] = {}
    with np.load(file) as saved:
        if str(saved.get("format", "")) != _FORMAT:
            raise CorruptData(f"{file} is not of the format '{_FORMAT}'")
        for key in saved.files:
            name, _, number = key.rpartition("@round-")
            if not name or not number.isdigit():
                continue
            kind = int(saved[f"{key}/kind"])
            codec = codec_of(split_name(name)[1])
            columns = [saved[f"{key}/{part}"] for part in ("step", "epoch", "digest")]
            for values, step, epoch, digest in zip(saved[key], *columns, strict=True):
                place = (int(step), int(number))
                tensors.setdefault(place, []).append(Tensor.of(name, values, kind, codec))
                marks[place] = (int(epoch), int(digest))
    writer = _writer(directory, planned)
    try:
        for place in sorted(tensors):
            writer.publish(Knowledge(*place, *marks[place], tuple(tensors[place])))
        writer.end(max(step for step, _ in tensors))
    finally:
        writer.close()
    return Path(directory)


def _journal_in(path: str | os.PathLike[str]) -> Path:
    """A journal, or the one of a learner's directory."""
    place = Path(path)
    return place / "journal" if (place / "journal").is_dir() else place
