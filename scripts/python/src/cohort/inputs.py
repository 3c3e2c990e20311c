"""A frozen teacher without data: a student sends it each batch that it teaches on."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np

from .answers import Answers
from .errors import CorruptData, WrongConfiguration
from .interruption import Interruption
from .jsonfiles import read_json
from .membership import Membership, Progress
from .places import AFTER, BEFORE, INPUTS, Place
from .plan import Plan
from .tensors import INPUTS as INPUTS_KIND

_LAST = 2**31 - 1
"""A checkpoint after which nothing is needed any more."""


def place_of(plan: Plan, step: int) -> Place:
    """The step and round of the message that carries the samples of a step."""
    ahead = max(
        (d.round - INPUTS for link in plan.incoming for d in link.deliveries if d.round >= INPUTS),
        default=0,
    )
    return max(0, step - ahead), INPUTS + min(step, ahead)


def taking(plan: Plan, shape: tuple[int, ...] | None) -> Plan:
    """The same plan for a model that takes samples of a shape: others are refused by name."""
    if shape is None or shape == plan.data.shape:
        return plan
    links = tuple(
        dataclasses.replace(
            link,
            deliveries=tuple(
                dataclasses.replace(d, shape=(d.shape or (0,))[:1] + shape)
                if d.kind == INPUTS_KIND
                else d
                for d in link.deliveries
            ),
        )
        for link in plan.links
    )
    return dataclasses.replace(plan, links=links)


class Served:
    """How many steps were answered, as a folder holds it."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "served.json"
        fields = read_json(self._path, missing="") if self._path.exists() else {}
        self.step = int(fields.get("step", 0))
        """From where a teacher goes on, where its journal does not reach further."""

    def write(self, step: int) -> None:
        """Replaces the number, whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps({"step": step}))
        beside.replace(self._path)

    def progress(self, plan: Plan) -> Progress:
        """What is still needed, as the neighbours are told at first."""
        needed = place_of(plan, self.step)[0]
        return Progress(needed, (needed, needed))


def teach(
    member: Membership, answers: Answers, plan: Plan, served: Served, interruption: Interruption
) -> None:
    """Answers every batch that is sent, from the first that is not answered yet."""
    if plan.common is None:
        raise WrongConfiguration(f"the plan of '{plan.name}' names no samples that it teaches on")
    last = member.last_published
    for step in range(max(served.step, last[0] if last else 0), plan.lasts):
        interruption.check()
        if step % plan.checkpoint_every == 0:
            _save(member, plan, served, step)
        if not any(plan.published(step, number) for number in (BEFORE, AFTER)):
            continue
        batch = plan.common.at(step)
        gathering = member.gather(place_of(plan, step), batch.digest)
        for knowledge in gathering.knowledge.values():
            images = np.asarray(knowledge.tensors[0].values, dtype=np.float32)
            for answer in answers.answer(step, images, batch):
                member.publish(answer)
        if not gathering.knowledge:
            causes = [f"those of '{name}': {why}" for name, why in gathering.absent.items()]
            raise CorruptData(
                f"'{plan.name}' cannot use the samples of step {step}: {'; '.join(causes)}"
            )
    _save(member, plan, served, plan.lasts)
    member.finish(plan.lasts - 1)


def _save(member: Membership, plan: Plan, served: Served, step: int) -> None:
    """Writes down where a later life goes on, and lets the students know."""
    member.journal_flush()
    served.write(step)
    needed = _LAST if step >= plan.lasts else place_of(plan, step)[0]
    member.checkpointed(needed, needed)
