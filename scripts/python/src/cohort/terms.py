"""The terms of a learner's loss at a step, made of what was gathered and banked."""

from __future__ import annotations

import logging

import numpy as np
import numpy.typing as npt

from .arrays import on_device
from .bank import Banks, Numbers
from .contents import probability_sum, split_name, temperature_of
from .gathering import Gathering
from .places import AFTER, BEFORE
from .plan import Plan, Term
from .samples import Batches
from .teaching import Taught
from .tensors import Knowledge

Floats = npt.NDArray[np.float32]
_log = logging.getLogger("cohort")
_TINY = float(np.finfo(np.float32).tiny)


def taught(
    plan: Plan,
    step: int,
    gatherings: list[Gathering],
    own_logits: Floats,
    device: str | None,
    banks: Banks,
    samples: Numbers,
) -> list[Taught]:
    """The terms of a step, of what was gathered in its rounds.

    `samples` are the numbers of the common samples of the step.
    """
    found: dict[str, Knowledge] = {}
    absent: dict[str, str] = {}
    sums: list[Knowledge] = []
    for gathering in gatherings:
        absent.update({plan.original(name): why for name, why in gathering.absent.items()})
        for node, knowledge in gathering.knowledge.items():
            name = plan.original(node)
            if gathering.place[1] == AFTER and any(
                tensor.name.startswith("probability-sum@") for tensor in knowledge.tensors
            ):
                sums.append(knowledge)
            else:
                found[name] = knowledge
    terms = []
    for place, term in enumerate(plan.terms):
        factor = term.schedule.factor(step, plan.steps_per_epoch)
        if factor == 0:
            continue
        weight = term.weight * factor
        if term.is_relayed:
            terms.append(_relayed(plan, term, weight, sums, own_logits, device))
            continue
        rows = {
            name: _received(term, found[name])
            for name in term.teachers
            if name in found and _has(found[name], term)
        }
        ages = _stand_in(term, rows, banks, place, step, samples)
        teachers = {n: on_device(rows[n], device) for n in term.teachers if n in rows}
        reasons = {name: absent[name] for name in term.teachers if name in absent}
        expected = plan.expected(term, step)
        terms.append(Taught(term, weight, teachers, reasons, ages=ages, expected=expected))
    return terms


def _has(knowledge: Knowledge, term: Term) -> bool:
    return any(tensor.name == term.tensor for tensor in knowledge.tensors)


def _stand_in(
    term: Term,
    rows: dict[str, Floats],
    banks: Banks,
    place: int,
    step: int,
    samples: Numbers,
) -> dict[str, Numbers]:
    """Banks what is there, and adds what is banked of those that are late; returns its ages."""
    bank = banks.get(place)
    if bank is None:
        return {}
    for name, values in rows.items():
        bank.store(name, values, samples, step)
    ages = {}
    for name in term.teachers:
        if name in rows:
            continue
        banked = bank.latest(name, samples, step, term.oldest)
        if banked is not None:
            rows[name], ages[name] = banked
    return ages


def store_late(plan: Plan, gathering: Gathering, banks: Banks, batches: Batches) -> None:
    """Banks what came too late for its own step; what is of other samples is left out."""
    for name, knowledge in gathering.late:
        if knowledge.round not in (BEFORE, AFTER):
            continue
        batch = batches.common_numbers(knowledge.step)
        if batch.digest != knowledge.batch_digest:
            _log.warning(
                "late knowledge of '%s' of step %d is of another batch", name, knowledge.step
            )
            continue
        for place, bank in banks.items():
            term = plan.terms[place]
            if name in term.teachers and _has(knowledge, term):
                bank.store(name, _received(term, knowledge), batch.samples, knowledge.step)


def _received(term: Term, knowledge: Knowledge) -> Floats:
    """What arrived, as a loss takes it: probabilities p become logits T·log p again."""
    values = knowledge[term.tensor].astype(np.float32)
    content, _ = split_name(term.tensor)
    if content != "votes" and not content.startswith("probabilities@"):
        return values
    temperature = term.temperature if content == "votes" else temperature_of(content)
    return (temperature * np.log(np.maximum(values, _TINY))).astype(np.float32)


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
            values = on_device(rest.astype(np.float32), device)
            return Taught(term, weight, {}, {}, values, count, expected=len(term.teachers))
    return Taught(term, weight, {}, {"relay": "its sum is not there"})
