"""What teaches a learner at a step, and its loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Array, on_device
from .contents import probability_sum, softmax, split_name, temperature_of
from .errors import WrongConfiguration
from .gathering import Gathering
from .places import AFTER
from .plan import Plan, Term
from .tensors import Knowledge

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

    @property
    def temperature(self) -> float:
        """Divides the logits of both sides."""
        return self.term.temperature

    def targets(self) -> tuple[Array, int]:
        """The mean of the teachers' probabilities at the temperature, and the factor of the term.

        With the losses kd, dml and dml_e, the gradient toward this mean is that of the mean of the
        divergences from each teacher.
        """
        count = self.count if self.sum is not None else len(self.teachers)
        factor = count if self.term.combination == "sum" else 1
        if self.sum is not None:
            return self.sum / count, factor
        shares = [_softmax(logits, self.temperature) for logits in self.teachers.values()]
        total = shares[0]
        for share in shares[1:]:
            total = total + share
        return total / count, factor

    def loss(self, logits: Array) -> Array:
        """The weighted term of `kd`, `dml` and `dml_e`: weight · T² · KL(teachers ‖ student).

        `logits` N×classes are the student's own; with a PyTorch tensor the loss is one too, to be
        differentiated. Of a NumPy array it is a number; see `gradient`. Other losses are the
        caller's: `teachers` holds what they compare.
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
        difference = softmax(logits, self.temperature) - np.asarray(targets, dtype=np.float32)
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


def _softmax(logits: Array, temperature: float) -> Any:
    if isinstance(logits, np.ndarray):
        return softmax(logits, temperature)
    return (logits / temperature).softmax(dim=1)


def taught(
    plan: Plan,
    step: int,
    gatherings: list[Gathering],
    own_logits: Floats,
    device: str | None,
) -> list[Taught]:
    """The terms of a step, of what was gathered in its rounds."""
    found: dict[str, Knowledge] = {}
    absent: dict[str, str] = {}
    sums: list[Knowledge] = []
    for gathering in gatherings:
        absent.update(gathering.absent)
        for name, knowledge in gathering.knowledge.items():
            if gathering.place[1] == AFTER and any(
                tensor.name.startswith("probability-sum@") for tensor in knowledge.tensors
            ):
                sums.append(knowledge)
            else:
                found[name] = knowledge
    terms = []
    for term in plan.terms:
        factor = term.schedule.factor(step, plan.steps_per_epoch)
        if factor == 0:
            continue
        weight = term.weight * factor
        if term.is_relayed:
            terms.append(_relayed(plan, term, weight, sums, own_logits, device))
            continue
        teachers = {}
        for name in term.teachers:
            if name in found and any(t.name == term.tensor for t in found[name].tensors):
                teachers[name] = on_device(_received(term, found[name]), device)
        reasons = {name: absent[name] for name in term.teachers if name in absent}
        terms.append(Taught(term, weight, teachers, reasons))
    return terms


def _received(term: Term, knowledge: Knowledge) -> Floats:
    """What arrived, as a loss takes it: probabilities p become logits T·log p again."""
    values = knowledge[term.tensor].astype(np.float32)
    content, _ = split_name(term.tensor)
    if not content.startswith("probabilities@"):
        return values
    return (temperature_of(content) * np.log(np.maximum(values, _TINY))).astype(np.float32)


def _relayed(
    plan: Plan,
    term: Term,
    weight: float,
    sums: list[Knowledge],
    own_logits: Floats,
    device: str | None,
) -> Taught:
    """A relay's sum without this learner's own part."""
    for knowledge in sums:
        for tensor in knowledge.tensors:
            total = tensor.values.astype(np.float64)
            publishes = any(
                d.name == tensor.name for link in plan.outgoing for d in link.deliveries
            )
            if publishes:
                total = total - probability_sum(own_logits, temperature_of(tensor.name))
            rest = np.maximum(total[:, :-1], 0)
            count = round(float(rest.sum(axis=1).mean()))
            return Taught(term, weight, {}, {}, on_device(rest.astype(np.float32), device), count)
    return Taught(term, weight, {}, {"relay": "its sum is not there"})
