"""What teaches a learner at a step, and its loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Array, on_device
from .bank import Numbers
from .contents import softmax
from .errors import WrongConfiguration
from .plan import Term

Floats = npt.NDArray[np.float32]
_TINY = float(np.finfo(np.float32).tiny)
_DIVERGENCES = ("kd", "dml", "dml_e")


@dataclass(frozen=True)
class Taught:
    """One term of a learner's loss: what its teachers published, and how much it counts."""

    term: Term
    weight: float
    """The edge's weight, times the schedule's factor at this step."""
    teachers: Mapping[str, Array]
    """What each teacher published, by name, in the configuration's order. Responses are logits:
    probabilities p at temperature T come as T·log p."""
    absent: Mapping[str, str] = field(default_factory=dict)
    """Why a teacher's knowledge is not there."""
    sum: Array | None = None
    """Of a relayed term: the sum of the others' probabilities at its temperature, N×classes."""
    count: int = 0
    """Of how many learners that is."""
    ages: Mapping[str, Numbers] = field(default_factory=dict)
    """Of late teachers for which banked knowledge stands in: how many steps old the row of each
    sample is; -1 for a sample that it does not cover, whose row means nothing."""
    expected: int = 0
    """How many teachers were to teach."""

    @property
    def temperature(self) -> float:
        """Divides the logits of both sides."""
        return self.term.temperature

    def targets(self) -> tuple[Array, int]:
        """The mean of the teachers' probabilities at the temperature, and the factor of the term.

        With the losses kd, dml and dml_e, the gradient toward this mean is that of the mean of the
        divergences from each teacher. The row of a sample that no teacher covers is zero. A sum
        over teachers counts as if the missing ones taught what the others teach in the mean.
        """
        factor = self.expected or len(self.teachers) if self.term.combination == "sum" else 1
        if self.sum is not None:
            return self.sum / self.count, factor
        shares = {n: _softmax(logits, self.temperature) for n, logits in self.teachers.items()}
        if self.ages:
            return self._partial_mean(shares), factor
        total, *others = shares.values()
        for share in others:
            total = total + share
        return total / len(shares), factor

    def _partial_mean(self, shares: Mapping[str, Array]) -> Array:
        """The mean over the teachers that cover each sample."""
        total: Any = 0
        count = np.zeros(len(next(iter(shares.values()))), np.float32)
        for name, share in shares.items():
            covers = self._covers(name, len(count))
            total = total + share * _like(covers[:, None], share)
            count += covers
        return total / _like(np.maximum(count, 1)[:, None], total)

    def _covers(self, name: str, samples: int) -> Floats:
        """1 for each sample that a teacher covers, else 0."""
        if name not in self.ages:
            return np.ones(samples, np.float32)
        return (self.ages[name] >= 0).astype(np.float32)

    def loss(self, logits: Array) -> Array:
        """The weighted term of `kd`, `dml` and `dml_e`: weight · T² · KL(teachers ‖ student).

        `logits` N×classes are the student's own; with a PyTorch tensor the loss is one too, to be
        differentiated. Of a NumPy array it is a number; see `gradient`. Other losses are the
        caller's: `teachers` holds what they compare. Where teachers cover other samples, it is the
        sum of the losses of the parts that the same teachers cover, each by its share of the batch.
        """
        if not self._is_there:
            return logits.sum() * 0
        self._require_divergence()
        targets, factor = self.targets()
        scale = self.weight * self.temperature**2 * factor
        if isinstance(logits, np.ndarray):
            own = softmax(logits, self.temperature).astype(np.float64)
            target = np.asarray(targets, dtype=np.float64)
            logs = np.log(np.maximum(target, _TINY)) - np.log(np.maximum(own, _TINY))
            return scale * float((target * logs).sum() / len(logits))
        from torch.nn import functional

        logs = functional.log_softmax(logits / self.temperature, dim=1)
        return scale * functional.kl_div(logs, targets, reduction="batchmean")

    def gradient(self, logits: Floats) -> Floats:
        """The gradient of `loss` with respect to the student's logits, for NumPy."""
        if not self._is_there:
            return np.zeros_like(logits)
        self._require_divergence()
        targets, factor = self.targets()
        own = softmax(logits, self.temperature)
        if self.ages:
            own *= np.any([self._covers(n, len(own)) > 0 for n in self.teachers], axis=0)[:, None]
        difference = own - np.asarray(targets, dtype=np.float32)
        scale = self.weight * self.temperature * factor / len(logits)
        return (np.float32(scale) * difference).astype(np.float32)

    @property
    def _is_there(self) -> bool:
        return self.count > 0 or bool(self.teachers)

    def _require_divergence(self) -> None:
        names = ("pairwise", "sum", "probabilities")
        term = self.term
        if term.loss not in _DIVERGENCES or term.combination not in names:
            raise WrongConfiguration(
                f"the loss '{term.loss}' combined by '{term.combination}' is not part of this"
                " package; compute it of `teachers`, or choose kd, dml or dml_e, and pairwise, sum"
                " or probabilities"
            )


def _like(values: Floats, example: Array) -> Any:
    """Numbers as an array of the example's framework, on its device."""
    if isinstance(example, np.ndarray):
        return values
    return on_device(values, str(example.device))


def _softmax(logits: Array, temperature: float) -> Any:
    if isinstance(logits, np.ndarray):
        return softmax(logits, temperature)
    return (logits / temperature).softmax(dim=1)
