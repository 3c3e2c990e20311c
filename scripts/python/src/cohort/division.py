"""Who has which samples: validation, labelled parts, and the common pool."""

from __future__ import annotations

import itertools
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from .randomness import Key


@dataclass(frozen=True)
class Division:
    """The training set, divided. Lists of sample numbers are ascending."""

    validation: npt.NDArray[np.int64]
    parts: list[npt.NDArray[np.int64]]
    """Disjoint labelled parts with balanced classes or drawn shares of them; one part where labels
    are shared."""
    pool: npt.NDArray[np.int64]
    """The free samples in no part."""


def stratified_split(
    labels: Sequence[int] | npt.NDArray[np.integer],
    classes: int,
    candidates: npt.ArrayLike,
    key: Key,
    size: int,
    count: int,
    shares: Sequence[Sequence[int]] | None = None,
) -> list[npt.NDArray[np.int64]]:
    """Splits candidates into `count` disjoint parts of `size`.

    Classes are as even as can be, or have the `shares` of each part.
    """
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
            if shares is None:
                chosen = min(left, key=lambda c: (held[part][c], (c - part) % classes))
            else:
                chosen = _scarcest(left, held[part], shares[part], part)
            parts[part].append(queues[chosen].popleft())
            held[part][chosen] += 1
    return [np.sort(np.asarray(part, dtype=np.int64)) for part in parts]


def _scarcest(left: list[int], held: list[int], shares: Sequence[int], part: int) -> int:
    """The class with the least (2·held + 1) / share; one without a share comes last."""
    classes = len(held)

    def rank(c: int) -> tuple[bool, Fraction, int]:
        share = shares[c]
        quotient = Fraction(2 * held[c] + 1, share) if share else Fraction(0)
        return share == 0, quotient, (c - part) % classes

    return min(left, key=rank)


def class_shares(key: Key, concentration: float, classes: int) -> list[int]:
    """A part's shares of the classes, drawn from a Dirichlet distribution, in units of 2**-20."""
    logarithms = [_log_gamma(key.child(label), concentration) for label in range(classes)]
    shares = [math.exp(value - max(logarithms)) for value in logarithms]
    return [math.floor(share / sum(shares) * 2**20 + 0.5) for share in shares]


def _log_gamma(key: Key, shape: float) -> float:
    """The logarithm of a draw from the Gamma distribution (Marsaglia and Tsang 2000)."""
    d = shape + 2 / 3
    for attempt in itertools.count():
        radius = math.sqrt(-2 * math.log(_uniform(key, 3 * attempt)))
        x = radius * math.cos(2 * math.pi * _uniform(key, 3 * attempt + 1))
        root = 1 + x / math.sqrt(9 * d)
        if root <= 0:
            continue
        v = root**3
        bound = x * x / 2 + d - d * v + d * math.log(v)
        if math.log(_uniform(key, 3 * attempt + 2)) < bound:
            break
    return math.log(d * v) + math.log(_uniform(key.child("boost"), 0)) / shape


def _uniform(key: Key, counter: int) -> float:
    """A number between 0 and 1, neither of them included."""
    return ((int(key.bits(counter)) >> 11) + 0.5) / 2**53


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
    skew: float | None = None,
) -> Division:
    """Divides a training set by its labels.

    `each` is how many labelled samples a part has; None shares all free ones. `parts` is the number
    of learners where labels are private, otherwise 1. `skew` is the concentration of the Dirichlet
    distribution of each part's classes; None for even ones.
    """
    total = len(labels)
    key = Key.of_seed(seed).child("division")
    order = key.child("validation").shuffled(np.arange(total))
    held = validation_count(validation, total)
    free = np.sort(order[held:])
    if each is None:
        labelled = [free]
    else:
        shares = None
        if skew is not None:
            drawn = key.child("skew")
            shares = [class_shares(drawn.child(part), skew, classes) for part in range(parts)]
        labelled = stratified_split(labels, classes, free, key.child("labels"), each, parts, shares)
    used = np.concatenate(labelled) if labelled else np.empty(0, dtype=np.int64)
    return Division(np.sort(order[:held]), labelled, np.setdiff1d(free, used))
