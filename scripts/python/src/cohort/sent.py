"""Samples that travel: sent by a student, or by a generator that makes them."""

from __future__ import annotations

import numpy as np

from .adjoints import made_samples
from .errors import CorruptData, WrongConfiguration
from .membership import Membership
from .places import INPUTS, Place
from .plan import Plan
from .sampler import Batch
from .samples import Samples


def place_of(plan: Plan, step: int) -> Place:
    """The step and round of the message that carries the samples of a step."""
    ahead = max(
        (d.round - INPUTS for link in plan.incoming for d in link.deliveries if d.round >= INPUTS),
        default=0,
    )
    return max(0, step - ahead), INPUTS + min(step, ahead)


def sent_samples(member: Membership, plan: Plan, step: int) -> Samples:
    """Waits for the samples of a step, which a student sends or a generator makes.

    Raises CorruptData where what came cannot be used.
    """
    batch = None if plan.generator else _ordered(plan, step)
    gathering = member.gather(place_of(plan, step), batch.digest if batch else None)
    for knowledge in gathering.knowledge.values():
        if batch is None:
            return made_samples(plan, knowledge)
        return Samples(np.asarray(knowledge.tensors[0].values, dtype=np.float32), None, batch)
    causes = [f"those of '{name}': {why}" for name, why in gathering.absent.items()]
    raise CorruptData(f"'{plan.name}' cannot use the samples of step {step}: {'; '.join(causes)}")


def _ordered(plan: Plan, step: int) -> Batch:
    """The numbers of the samples of a step."""
    if plan.common is None:
        raise WrongConfiguration(f"the plan of '{plan.name}' names no samples that it teaches on")
    return plan.common.at(step)
