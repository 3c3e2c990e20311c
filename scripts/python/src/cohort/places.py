"""Steps and rounds, and their order."""

from __future__ import annotations

import itertools

BEFORE, AFTER, EVALUATION, ENSEMBLE, VALIDATION = range(5)
"""The rounds that a step may have: of the batch, before and after the update; of the test samples;
the relays' sum of these; of the validation samples."""

ADJOINTS, RETURNED_ADJOINTS = 128, 129
"""The rounds in which gradients travel: a generator's in what was published of its samples, and
those in the samples in answer."""

INPUTS = 192
"""The first of the rounds in which samples travel, that of the step itself: round 192 + k carries
those of the k-th step after it. They come before all others of a step."""

ROUNDS = (
    *range(INPUTS, 256),
    *(BEFORE, AFTER, ADJOINTS, RETURNED_ADJOINTS, EVALUATION, ENSEMBLE, VALIDATION),
)
"""Every round that a step may have, in the order in which they follow one another."""

_NEXT = dict(itertools.pairwise(ROUNDS))

Place = tuple[int, int]
"""A step, from 0, and a round of it."""


def rank(place: Place) -> tuple[int, int]:
    """A sorting key: the places of a step follow one another in the wire format's order."""
    step, number = place
    if number >= 192:
        return step, number - 192
    if number <= 1:
        return step, number + 64
    if number >= 128:
        return step, number - 62
    return step, number + 128


def following(place: Place) -> Place:
    """The place after a place, in the same step or the next."""
    step, number = place
    return (step, _NEXT[number]) if number in _NEXT else (step + 1, INPUTS)


def last_before(step: int) -> Place | None:
    """The last place of the step before; None for the first step."""
    return (step - 1, VALIDATION) if step > 0 else None


def at_least(place: Place | None, other: Place) -> bool:
    """Whether a place, if there is one, is `other` or comes after it."""
    return place is not None and rank(place) >= rank(other)
