"""Who has which samples: validation, labelled parts, and the common pool."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .randomness import Key


@dataclass(frozen=True)
class Division:
    """The training set, divided. Lists of sample numbers are ascending."""

    validation: npt.NDArray[np.int64]
    parts: list[npt.NDArray[np.int64]]
    """Disjoint labelled parts with balanced classes; one part where labels are shared."""
    pool: npt.NDArray[np.int64]
    """The free samples in no part."""


def stratified_split(
    labels: Sequence[int] | npt.NDArray[np.integer],
    classes: int,
    candidates: npt.ArrayLike,
    key: Key,
    size: int,
    count: int,
) -> list[npt.NDArray[np.int64]]:
    """Splits candidates into `count` disjoint parts of `size`, with classes as even as can be."""
    queues: list[deque[int]] = [deque() for _ in range(classes)]
    for sample in key.shuffled(candidates):
        queues[int(labels[sample])].append(int(sample))
    if sum(map(len, queues)) < size * count:
        raise ValueError(f"{count} parts of {size} samples are more than there are")
    parts: list[list[int]] = [[] for _ in range(count)]
    held = [[0] * classes for _ in range(count)]
    for _ in range(size):
        for part in range(count):
            left = [c for c in range(classes) if queues[c]]
            chosen = min(left, key=lambda c: (held[part][c], (c - part) % classes))
            parts[part].append(queues[chosen].popleft())
            held[part][chosen] += 1
    return [np.sort(np.asarray(part, dtype=np.int64)) for part in parts]


def validation_count(share: float | int, total: int) -> int:
    """How many samples are set aside: a number, or a share of all, halves rounded up."""
    return share if isinstance(share, int) else int(np.floor(share * total + 0.5))


def divide(
    labels: Sequence[int] | npt.NDArray[np.integer],
    classes: int,
    seed: int,
    *,
    validation: float | int = 0,
    each: int | None = None,
    parts: int = 1,
) -> Division:
    """Divides a training set by its labels.

    `each` is how many labelled samples a part has; None shares all free ones. `parts` is the number
    of learners where labels are private, otherwise 1.
    """
    total = len(labels)
    key = Key.of_seed(seed).child("division")
    order = key.child("validation").shuffled(np.arange(total))
    held = validation_count(validation, total)
    free = np.sort(order[held:])
    if each is None:
        labelled = [free]
    else:
        labelled = stratified_split(labels, classes, free, key.child("labels"), each, parts)
    used = np.concatenate(labelled) if labelled else np.empty(0, dtype=np.int64)
    return Division(np.sort(order[:held]), labelled, np.setdiff1d(free, used))
