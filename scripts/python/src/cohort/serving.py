"""A frozen teacher, made of anything that maps a batch of images to logits."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import contact as contacts
from .arrays import Array, as_floats
from .contact import Invitation
from .contents import make
from .curve import Keys
from .dataset import DataSet
from .errors import WrongConfiguration
from .interruption import PREEMPTED, Interruption
from .membership import Membership, Progress
from .peer import directory_of, keys_of, membership, predicted, require_agreement
from .places import BEFORE, EVALUATION, VALIDATION
from .plan import Delivery, Plan
from .samples import Batches, held_out_digest
from .tensors import Knowledge

_log = logging.getLogger("cohort")
Taps = Mapping[str, npt.NDArray[np.float32]]
Answer = tuple[npt.NDArray[np.float32], Taps]


class Table:
    """A model whose logits of every sample are known already.

    `logits` are of all training samples, by their numbers, N×classes; `test` of the test samples,
    which the cohort asks for at its evaluations; None where the data have none.
    """

    def __init__(self, logits: Array, test: Array | None = None) -> None:
        self.logits = as_floats(logits)
        self.test = None if test is None else as_floats(test)


Model = Callable[[Any], Any] | Table


class Answers:
    """What a teacher publishes at each step and round: computed when it is asked for."""

    def __init__(self, answer: Model, plan: Plan, data: DataSet, device: str | None) -> None:
        if plan.incoming:
            names = ", ".join(sorted({link.source for link in plan.incoming}))
            raise WrongConfiguration(
                f"'{plan.name}' is taught by {names}, and what serves is frozen: use cohort.Peer,"
                " or let nobody teach it"
            )
        if isinstance(answer, Table) and len(answer.logits) != plan.data.train:
            raise WrongConfiguration(
                f"the table has logits of {len(answer.logits)} samples, and the training set has"
                f" {plan.data.train}"
            )
        self._answer = answer
        self._plan = plan
        self._batches = Batches(plan, data)
        self._device = device
        self._held_out: dict[int, Answer] = {}

    def knowledge(self, step: int, number: int) -> Knowledge | None:
        """What is due at a step and round; None where nothing is."""
        due = self._plan.published(step, number)
        if not due:
            return None
        if number in (EVALUATION, VALIDATION):
            return self._of_held_out(step, number, due)
        samples = self._batches.common(step)
        batch = samples.batch
        if isinstance(self._answer, Table):
            logits, taps = self._require_shape(self._answer.logits[batch.samples], batch.samples)
        else:
            logits, taps = self._compute(self._answer, samples.images)
        tensors = tuple(make(delivery, logits, taps) for delivery in due)
        return Knowledge(step, number, batch.epoch, batch.digest, tensors)

    def _of_held_out(self, step: int, number: int, due: list[Delivery]) -> Knowledge:
        images = (self._batches.test if number == EVALUATION else self._batches.validation)[0]
        if number not in self._held_out:
            self._held_out[number] = (self._of_all(images, number), {})
        logits, taps = self._held_out[number]
        tensors = tuple(make(delivery, logits, taps) for delivery in due)
        epoch = self._plan.epoch_after(step + 1)
        return Knowledge(step, number, epoch, held_out_digest(len(images)), tensors)

    def _of_all(self, images: npt.NDArray[np.float32], number: int) -> npt.NDArray[np.float32]:
        """The logits of all test or validation samples."""
        if isinstance(self._answer, Table):
            table = self._answer.test if number == EVALUATION else None
            if table is None:
                table = self._answer.logits[self._plan.validation]
            return self._require_shape(table, images)[0]
        parts = [images[start : start + 500] for start in range(0, len(images), 500)]
        return np.concatenate([self._compute(self._answer, part)[0] for part in parts])

    def _compute(self, answer: Callable[[Any], Any], images: npt.NDArray[np.float32]) -> Answer:
        logits, taps = predicted(answer, images, self._device)
        return self._require_shape(logits, images, taps)

    def _require_shape(
        self, logits: npt.NDArray[np.float32], images: npt.NDArray[Any], taps: Taps | None = None
    ) -> Answer:
        if logits.shape != (len(images), self._plan.classes):
            raise WrongConfiguration(
                f"the teacher gives logits of shape {logits.shape} for {len(images)} images and"
                f" {self._plan.classes} classes"
            )
        return logits, taps or {}


ROUNDS = (BEFORE, 1, EVALUATION, 3, VALIDATION)


def serve(
    answer: Model,
    data: DataSet,
    *,
    contact: Invitation | str | os.PathLike[str] | None = None,
    plan: Plan | str | os.PathLike[str] | None = None,
    directory: str | os.PathLike[str] | None = None,
    keys: Keys | str | os.PathLike[str] | None = None,
    device: str | None = None,
    host: str | None = None,
    advertise: str | None = None,
) -> None:
    """Teaches with frozen weights until all students have learned.

    `answer` maps normalized images N×C×H×W (float32; with a `device` a PyTorch tensor there) to
    logits N×classes, or to a pair of logits and activations by tap. It may be a PyTorch module in
    evaluation mode, a function around an ONNX Runtime session or a scikit-learn model, or plain
    NumPy, or a `Table`. The other arguments are those of `cohort.Peer`. A teacher that was killed
    and is started again goes on where it was.
    """
    planned = Plan.find(plan)
    answers = Answers(answer, planned, data, device)
    invitation = contacts.find(contact, planned.limits.join)
    require_agreement(planned, invitation)
    place = directory_of(directory, planned)
    with (
        Interruption() as interruption,
        membership(
            planned, invitation, place, keys_of(keys), Progress(checkpoints=None), host, advertise
        ) as member,
    ):
        member.interrupted = interruption.check
        member.join()
        _teach(member, answers, planned, interruption)


def _teach(member: Membership, answers: Answers, plan: Plan, interruption: Interruption) -> None:
    last = member.last_published
    for step in range(last[0] if last else 0, plan.lasts):
        if interruption.is_asked:
            raise SystemExit(PREEMPTED)
        for number in ROUNDS:
            if member.journal.holds((step, number)):
                member.publish(member.journal.recall((step, number)))
                continue
            knowledge = answers.knowledge(step, number)
            if knowledge is not None:
                member.publish(knowledge)
    member.finish(plan.lasts - 1)
