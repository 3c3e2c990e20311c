"""What a frozen model publishes at each step and round, in three stages that may overlap."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .adjoints import Traced, require_support
from .arrays import Array, as_floats
from .contents import make
from .dataset import DataSet
from .errors import WrongConfiguration
from .peer import predicted
from .pipeline import Ahead, Pipeline
from .places import AFTER, BEFORE, ENSEMBLE, EVALUATION, VALIDATION, Place
from .plan import Delivery, Plan
from .sampler import Batch
from .samples import Batches, held_out_digest
from .tensors import Knowledge

Floats = npt.NDArray[np.float32]
Taps = Mapping[str, Floats]
Outputs = tuple[Floats, Taps]
ROUNDS = (BEFORE, AFTER, EVALUATION, ENSEMBLE, VALIDATION)
_AHEAD = Ahead(questions=2, answers=16, octets=64 << 20)
_PART = 500


class Table:
    """A model whose logits of every sample are known already.

    `logits` are of all training samples, by their numbers, N×classes; `test` of the test samples,
    which the cohort asks for at its evaluations; None where the data have none.
    """

    def __init__(self, logits: Array, test: Array | None = None) -> None:
        self.logits = as_floats(logits)
        self.test = None if test is None else as_floats(test)


_NO_IMAGES = np.empty(0, np.float32)
Model = Callable[[Any], Any] | Table


@dataclass(frozen=True)
class Question:
    """What is to be answered for one step and round."""

    place: Place
    due: list[Delivery]
    images: Floats
    count: int
    """How many images there are, also once they are answered and gone."""
    batch: Batch | None
    """None for held-out samples."""


Answered = tuple[Question, Outputs]


class Answers:
    """Asks a model, and makes knowledge of what it gives."""

    def __init__(self, model: Model, plan: Plan, data: DataSet | None, device: str | None) -> None:
        """Without data, `answer` alone can be asked."""
        if plan.incoming and not plan.is_sent_inputs:
            names = ", ".join(sorted({link.source for link in plan.incoming}))
            raise WrongConfiguration(
                f"'{plan.name}' is taught by {names}, and what serves is frozen: use cohort.Peer,"
                " or let nobody teach it"
            )
        if isinstance(model, Table) and len(model.logits) != plan.data.train:
            raise WrongConfiguration(
                f"the table has logits of {len(model.logits)} samples, and the training set has"
                f" {plan.data.train}"
            )
        self._model = model
        self._plan = plan
        self._data = data
        self._device = device
        require_support(plan, device)
        self._held_out: dict[int, Outputs] = {}
        if not plan.is_sent_inputs:
            # Other data are refused before anything is sent.
            _ = self._batches

    @functools.cached_property
    def _batches(self) -> Batches:
        if self._data is None:
            raise WrongConfiguration(
                f"'{self._plan.name}' takes the samples in the order of the seed: give serve the"
                " cohort's data, or have them sent (`inputs: send`)"
            )
        return Batches(self._plan, self._data)

    def traced(self, images: Floats) -> Traced:
        """The model's forward pass over samples, so that gradients can be taken of it."""
        if isinstance(self._model, Table):
            raise WrongConfiguration(
                f"'{self._plan.name}' answers samples that are made, which no table has; give serve"
                " a model"
            )
        trace = Traced.of(self._model, images, self._device)
        self._require_shape(trace.values[0], len(images))
        return trace

    def answer(
        self, step: int, images: Floats, batch: Batch, outputs: Outputs | None = None
    ) -> Iterator[Knowledge]:
        """What is due of samples that were sent, round by round.

        `outputs` are what the model gives for them, where it was asked before.
        """
        for number in (BEFORE, AFTER):
            due = self._plan.published(step, number)
            if not due:
                continue
            outputs = outputs or self._outputs(images, batch.samples)
            tensors = tuple(make(delivery, *outputs) for delivery in due)
            yield Knowledge(step, number, batch.epoch, batch.digest, tensors)

    def places(self, first: int = 0) -> Iterator[Place]:
        """The steps and rounds at which something is due, from a step on."""
        for step in range(first, self._plan.lasts):
            for number in ROUNDS:
                if self._plan.published(step, number):
                    yield step, number

    def publish(self, places: Iterable[Place], publish: Callable[[Knowledge], None]) -> None:
        """Publishes what is due at some places, in their order.

        The model is asked in the caller's thread, for which its framework is set up. Samples are
        made in a thread before it, and knowledge is published in a thread behind it, so that it
        answers without a pause. It answers some steps ahead of its students, so that it need not
        pause for a student that is late now and then.
        """
        Pipeline(self._question, self._answered, self._finisher(publish), _size, _AHEAD).run(places)

    def _question(self, place: Place) -> Question:
        step, number = place
        due = self._plan.published(step, number)
        if number in (EVALUATION, VALIDATION):
            held_out = self._batches.test if number == EVALUATION else self._batches.validation
            return Question(place, due, held_out[0], len(held_out[0]), None)
        samples = self._batches.common(step)
        return Question(place, due, samples.images, len(samples.images), samples.batch)

    def _ask(self, question: Question) -> Outputs:
        if question.batch is not None:
            return self._outputs(question.images, question.batch.samples)
        number = question.place[1]
        if number not in self._held_out:
            self._held_out[number] = (self._of_all(question.images, number), {})
        return self._held_out[number]

    def _outputs(self, images: Floats, samples: npt.NDArray[np.int64]) -> Outputs:
        if isinstance(self._model, Table):
            return self._require_shape(self._model.logits[samples], len(samples)), {}
        logits, taps = predicted(self._model, images, self._device)
        return self._require_shape(logits, len(images)), taps

    def _of_all(self, images: Floats, number: int) -> Floats:
        """The logits of all test or validation samples."""
        if isinstance(self._model, Table):
            table = self._model.test if number == EVALUATION else None
            if table is None:
                table = self._model.logits[self._plan.validation]
            return self._require_shape(table, len(images))
        none = np.empty(0, dtype=np.int64)
        parts = [images[start : start + _PART] for start in range(0, len(images), _PART)]
        return np.concatenate([self._outputs(part, none)[0] for part in parts])

    def _require_shape(self, logits: Floats, count: int) -> Floats:
        """Logits N×classes, of a language model N·T×classes; N×T×classes are taken as these."""
        classes, rows = self._plan.classes, self._plan.data.rows
        if rows > 1 and logits.shape == (count, rows, classes):
            return logits.reshape(-1, classes)
        if logits.shape != (count * rows, classes):
            positions = f" of {rows} positions" if rows > 1 else ""
            raise WrongConfiguration(
                f"the teacher gives logits of shape {logits.shape} for {count} samples{positions}"
                f" and {classes} classes"
            )
        return logits

    def _answered(self, question: Question) -> Answered:
        """A question without its images, and the model's answer."""
        return dataclasses.replace(question, images=_NO_IMAGES), self._ask(question)

    def _finisher(self, publish: Callable[[Knowledge], None]) -> Callable[[Answered], None]:
        return lambda answered: publish(self._knowledge(*answered))

    def _knowledge(self, question: Question, outputs: Outputs) -> Knowledge:
        step, number = question.place
        tensors = tuple(make(delivery, *outputs) for delivery in question.due)
        if question.batch is not None:
            epoch, digest = question.batch.epoch, question.batch.digest
        else:
            epoch = self._plan.epoch_after(step + 1)
            digest = held_out_digest(question.count)
        return Knowledge(step, number, epoch, digest, tensors)


def _size(answered: Answered) -> int:
    """The octets of an answer."""
    logits, taps = answered[1]
    return logits.nbytes + sum(values.nbytes for values in taps.values())
