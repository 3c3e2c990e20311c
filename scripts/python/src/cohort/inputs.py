"""A frozen teacher without data: a student sends it each batch that it teaches on."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from .adjoints import carry_on
from .answers import Answers
from .interruption import Interruption
from .jsonfiles import read_json
from .membership import Membership, Progress
from .places import AFTER, BEFORE
from .plan import Plan
from .samples import Samples
from .sent import place_of, sent_samples
from .tensors import INPUTS as INPUTS_KIND

_LAST = 2**31 - 1
"""A checkpoint after which nothing is needed any more."""


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

    def first(self, member: Membership) -> int:
        """The step from which it goes on: the last that any life answered, perhaps in part."""
        last = member.last_published
        return max(self.step, last[0] if last else 0)

    def progress(self, plan: Plan, member: Membership) -> Progress:
        """What is still needed, as the neighbours are told at first."""
        needed = place_of(plan, self.first(member))[0]
        return Progress(needed, (needed, needed))


def teach(
    member: Membership, answers: Answers, plan: Plan, served: Served, interruption: Interruption
) -> None:
    """Answers every batch that is sent, from the first that is not answered yet."""
    for step in range(served.first(member), plan.lasts):
        interruption.check()
        if step % plan.checkpoint_every == 0:
            _save(member, plan, served, step)
        if not any(plan.published(step, number) for number in (BEFORE, AFTER)):
            continue
        _answer(member, answers, plan, step, sent_samples(member, plan, step))
    _save(member, plan, served, plan.lasts)
    member.finish(plan.lasts - 1)


def _answer(member: Membership, answers: Answers, plan: Plan, step: int, samples: Samples) -> None:
    """Publishes what is due of samples, and carries a generator's gradient on to them."""
    trace = answers.traced(samples.images) if plan.guides(step) else None
    outputs = trace.values if trace else None
    for answer in answers.answer(step, samples.images, samples.batch, outputs):
        member.publish(answer)
    if trace:
        carry_on(member, plan, step, samples.batch, trace, keeps_graph=False)


def _save(member: Membership, plan: Plan, served: Served, step: int) -> None:
    """Writes down where a later life goes on, and lets the students know."""
    member.journal_flush()
    served.write(step)
    needed = _LAST if step >= plan.lasts else place_of(plan, step)[0]
    member.checkpointed(needed, needed)
