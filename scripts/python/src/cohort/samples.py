"""The batches of a learner: images as its model takes them, and labels where they may be used."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .dataset import DataSet, Labels
from .digests import batch_digest
from .errors import WrongConfiguration
from .plan import Data, Plan
from .sampler import Batch, Stream

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Samples:
    """The images and labels of one batch."""

    images: Floats
    """N×C×H×W, normalized and augmented."""
    labels: Labels | None
    """None where the samples are of a pool without labels."""
    batch: Batch


class Batches:
    """All that a learner sees: the samples of each step, and those that it is tested on."""

    def __init__(self, plan: Plan, data: DataSet, own: DataSet | None = None) -> None:
        """Takes the cohort's data, and the learner's own where its configuration has some."""
        data.check(plan.data)
        if plan.own_data is not None:
            if own is None:
                raise WrongConfiguration(
                    f"'{plan.name}' has data of its own ({plan.own_data.set}): give them as own="
                )
            own.check(plan.own_data)
        self._plan = plan
        self._data = data
        self._own = own or data

    def common(self, step: int) -> Samples:
        """The samples on which the cohort teaches at a step."""
        is_labelled = self._plan.is_common_labelled
        return self._at(self._common, step, self._data, self._plan.data, is_labelled)

    def common_numbers(self, step: int) -> Batch:
        """The numbers of these samples."""
        return self._common.at(step)

    @property
    def _common(self) -> Stream:
        stream = self._plan.common
        if stream is None:
            raise ValueError("the cohort has no common samples")
        return stream

    def own(self, step: int) -> Samples | None:
        """The learner's own labelled samples; None where the common ones are labelled."""
        stream = self._plan.own
        if stream is None:
            return None
        return self._at(stream, step, self._own, self._plan.own_data or self._plan.data, True)

    def _at(
        self, stream: Stream, step: int, data: DataSet, facts: Data, is_labelled: bool
    ) -> Samples:
        batch = stream.at(step)
        stored = data.images[batch.samples]
        changed = facts.augmentation.batch(stored, batch, self._plan.seed)
        labels = data.labels[batch.samples] if is_labelled else None
        return Samples(facts.normalization(changed), labels, batch)

    @functools.cached_property
    def test(self) -> tuple[Floats, Labels]:
        """The samples that the cohort is tested on, normalized."""
        images, labels = self._data.held_out(self._plan)
        return self._plan.data.normalization(images), labels

    @functools.cached_property
    def validation(self) -> tuple[Floats, Labels]:
        """The samples that are set aside, normalized."""
        numbers = self._plan.validation
        images = self._plan.data.normalization(self._data.images[numbers])
        return images, self._data.labels[numbers]


def held_out_digest(count: int) -> int:
    """The batch digest of held-out samples: of the numbers from 0 on, in their own set."""
    return batch_digest(np.arange(count))
