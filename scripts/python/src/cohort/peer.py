"""A learner of another framework as a full member of a cohort."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from . import contact as contacts
from .adjoints import Traced, carry_on, require_support
from .arrays import Array, as_floats, on_device
from .bank import Banks
from .checkpoints import Checkpoints
from .contact import Invitation
from .contents import has_version, make, softmax
from .curve import Keys
from .dataset import DataSet
from .errors import CohortError, WrongConfiguration
from .gathering import Gathering
from .greeting import greeting
from .interruption import PREEMPTED, Interruption
from .membership import Membership, Progress
from .places import AFTER, BEFORE, ENSEMBLE, EVALUATION, VALIDATION, Place
from .plan import Plan
from .samples import Batches, Samples, held_out_digest
from .sent import sent_samples
from .state import State, Together, state_of
from .teaching import Taught
from .tensors import INPUTS, Knowledge
from .terms import store_late, taught

_log = logging.getLogger("cohort")
KEY_ENVIRONMENT = "COHORT_KEY"
"""The variable by which a launcher names the secret key to the programs that it starts."""
DIRECTORY_ENVIRONMENT = "COHORT_DIRECTORY"
"""The variable by which a launcher names where its programs keep their files."""
Predict = Callable[[Any], Any]


class OwnSamples:
    """Labelled samples of a step: `images` and `labels`, on the peer's device."""

    def __init__(self, samples: Samples, device: str | None) -> None:
        self.images: Any = on_device(samples.images, device)
        self.labels: Any = on_device(samples.labels, device)


class Step:
    """One step of training: its samples, and the exchange with the teachers and students.

    `images` are the common samples, N×C×H×W; `labels` their classes, None where they are a pool's.
    `own` holds labelled samples of this learner's own, None where the common ones are labelled.
    Where a generator makes the common samples they have no labels, and at the steps at which this
    learner guides it, `images` is a PyTorch tensor that takes part in the gradients.
    """

    def __init__(self, peer: Peer, index: int, samples: Samples, own: Samples | None) -> None:
        self.index = index
        self._peer = peer
        self._samples = samples
        self.images: Any = on_device(samples.images, peer.device)
        if peer.plan.guides(index):
            self.images.requires_grad_()
        self.labels: Any = on_device(samples.labels, peer.device)
        self.own = None if own is None else OwnSamples(own, peer.device)
        self.is_exchanged = False

    @property
    def epoch(self) -> int:
        """The epoch of the common samples, from 0."""
        return self._samples.batch.epoch

    def exchange(self, logits: Array, taps: Mapping[str, Array] | None = None) -> list[Taught]:
        """Publishes what the students need, and waits for what the teachers publish.

        `logits` N×classes are those of `images` before the update, `taps` activations by the names
        that the configuration's edges use. To be called once in every step, before the update.
        """
        if self.is_exchanged:
            raise CohortError(f"step {self.index} is exchanged already", 78)
        self.is_exchanged = True
        return self._peer._exchange(self, self._samples, logits, taps or {})


class Peer:
    """Takes the part of one learner: iterate over it to train.

        with cohort.Peer(data, {"model": model, "optimizer": optimizer}, predict=model) as peer:
            for step in peer:
                logits = model(step.images)
                terms = step.exchange(logits)
                loss = cross_entropy(logits, step.labels) + sum(t.loss(logits) for t in terms)
                ...

    It survives what the cohort's own learners survive: killed at any moment and started again by
    the same command, it goes on at its newest checkpoint, and repeats the steps since with the
    knowledge that was used. What it does in a step must follow from its state and the step alone.
    """

    def __init__(
        self,
        data: DataSet,
        state: State | Mapping[str, Any],
        *,
        predict: Predict | None = None,
        contact: Invitation | str | os.PathLike[str] | None = None,
        plan: Plan | str | os.PathLike[str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        keys: Keys | str | os.PathLike[str] | None = None,
        own: DataSet | None = None,
        device: str | None = None,
        host: str | None = None,
        advertise: str | None = None,
    ) -> None:
        """Prepares a learner; nothing is sent before the first step.

        `state` is all that training changes: PyTorch modules, optimizers and schedules, NumPy
        arrays and generators by name; or an object with save(folder) and load(folder).
        `predict` maps images N×C×H×W to logits, as the model is then, in evaluation mode: for the
        test samples, and for knowledge that is published after the update or early.
        `contact` and `plan` name contact.json and the learner's plan; the launcher names them in
        the environment to the programs that it starts. `directory` keeps journal and checkpoints,
        `keys` is NAME.key_secret of a secured run, `own` the learner's own data where its
        configuration has some. With a `device`, samples and knowledge are PyTorch tensors there.
        """
        self.plan = Plan.find(plan)
        if self.plan.is_sent_inputs:
            raise WrongConfiguration(
                f"'{self.plan.name}' is sent its samples, and teaches with frozen weights: use"
                " cohort.serve"
            )
        self.name = self.plan.name
        self.device = device
        self._contact = contact
        self._keys = keys_of(keys)
        self._host, self._advertise = host, advertise
        self._predict = predict
        self.batches = Batches(self.plan, data, own)
        self._greeting = greeting(self.plan, data)
        self.directory = directory_of(directory, self.plan)
        self._banks = Banks([n for n, term in enumerate(self.plan.terms) if term.is_banked])
        self._checkpoints = Checkpoints(
            self.directory / "checkpoints",
            Together(state_of(state), self._banks),
            self.plan.checkpoint_keep,
        )
        self._interruption = Interruption()
        self._membership: Membership | None = None
        self.position = 0
        """How many steps are done."""
        self.test_accuracy: float | None = None
        """At the last evaluation, 0…1."""
        self.ensemble_accuracy: float | None = None
        """Of the mean of the probabilities of this learner and its teachers."""
        self._require_predict()
        require_support(self.plan, device)

    def _require_predict(self) -> None:
        for link in self.plan.outgoing:
            for delivery in link.deliveries:
                if delivery.kind == INPUTS:
                    raise WrongConfiguration(
                        f"'{link.target}' is to be sent its samples by '{self.name}', and this"
                        " package sends none; let it have them (`inputs: order`), or teach a"
                        " learner of the launcher too"
                    )
                if has_version(delivery.name):
                    raise WrongConfiguration(
                        f"'{link.target}' asks '{self.name}' for '{delivery.name}', and this"
                        " package keeps no snapshots of weights; use `version: current` there"
                    )
        if self._predict is not None:
            return
        rounds = (AFTER, EVALUATION, VALIDATION)
        needed = [
            d.name for link in self.plan.outgoing for d in link.deliveries if d.round in rounds
        ]
        sums = [name for name in needed if name.startswith("probability-sum@")]
        if self.plan.look_ahead or len(needed) > len(sums) or sums:
            raise WrongConfiguration(
                f"'{self.name}' also publishes what its model gives after an update or for the test"
                " samples: give predict=, which maps images to logits"
            )

    def __enter__(self) -> Peer:
        self._interruption.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._interruption.__exit__(kind, error, trace)
        if self._membership is not None:
            self._membership.__exit__(kind, error, trace)
            self._membership = None

    def __iter__(self) -> Iterator[Step]:
        member = self._join()
        while self.position < self.plan.steps:
            step = Step(
                self,
                self.position,
                self._samples(self.position),
                self.batches.own(self.position),
            )
            yield step
            if not step.is_exchanged:
                raise CohortError(f"step {step.index} was not exchanged: call step.exchange", 78)
            self.position += 1
            self._complete(step.index, step._samples)
            self._save_where_due()
        self._teach_on(member)
        self._save()
        member.finish(self.plan.lasts - 1)

    # Joining, and coming back

    def _join(self) -> Membership:
        invitation = contacts.find(self._contact, self.plan.limits.join)
        require_agreement(self.plan, invitation)
        found = self._checkpoints.load()
        taken = None
        if found is None:
            self._checkpoints.save(0, {})
        else:
            self.position, extra = found
            taken = {name: (int(s), int(r)) for name, (s, r) in extra.get("taken", {}).items()}
            if self.position:
                _log.info("'%s' resumes after step %d", self.name, self.position)
        self._membership = member = membership(
            self.plan,
            invitation,
            self.directory,
            self._keys,
            Progress(self.position, self._checkpoints.span, taken),
            self._greeting,
            self._host,
            self._advertise,
        )
        member.interrupted = self._interruption.check
        member.join()
        return member

    @property
    def _member(self) -> Membership:
        if self._membership is None:
            raise CohortError("the peer has not joined: iterate over it", 78)
        return self._membership

    # A step

    def _samples(self, step: int) -> Samples:
        """The samples on which the cohort teaches at a step."""
        if self.plan.generator is None:
            return self.batches.common(step)
        return sent_samples(self._member, self.plan, step)

    def _exchange(
        self, taken: Step, samples: Samples, logits: Array, taps: Mapping[str, Array]
    ) -> list[Taught]:
        step = taken.index
        own = as_floats(logits)
        if own.shape != (len(samples.images), self.plan.classes):
            raise WrongConfiguration(
                f"logits of {len(samples.images)} samples and {self.plan.classes} classes are"
                f" needed, not {own.shape}"
            )
        if self.plan.look_ahead:
            self._publish_ahead(step)
        else:
            floats = {name: as_floats(values) for name, values in taps.items()}
            self._publish(step, BEFORE, samples, own, floats)
        gatherings = []
        for number in (BEFORE, AFTER):
            if self.plan.is_taught(step, number):
                gatherings.append(self._gather((step, number), samples.batch.digest))
        if self.plan.guides(step):
            # Before the update: the caller's backward pass frees the graph.
            trace = Traced(taken.images, {**taps, "logits": logits})
            carry_on(self._member, self.plan, step, samples.batch, trace, keeps_graph=True)
        numbers = samples.batch.samples
        return taught(self.plan, step, gatherings, own, self.device, self._banks, numbers)

    def _gather(self, place: Place, digest: int) -> Gathering:
        """Gathers, and banks what came too late for its own step."""
        gathering = self._member.gather(place, digest)
        store_late(self.plan, gathering, self._banks, self.batches)
        return gathering

    def _publish(
        self,
        step: int,
        number: int,
        samples: Samples,
        logits: npt.NDArray[np.float32],
        taps: Mapping[str, npt.NDArray[np.float32]],
    ) -> None:
        due = self.plan.published(step, number)
        if due:
            tensors = tuple(make(delivery, logits, taps) for delivery in due)
            batch = samples.batch
            self._member.publish(Knowledge(step, number, batch.epoch, batch.digest, tensors))

    def _publish_ahead(self, step: int) -> None:
        """Publishes for later samples what the weights give now."""
        last = step + self.plan.look_ahead
        for ahead in range(step if step == 0 or self._is_first_of_life else last, last + 1):
            if self.plan.published(ahead, BEFORE):
                samples = self.batches.common(ahead)
                logits, taps = self._predicted(samples.images)
                self._publish(ahead, BEFORE, samples, logits, taps)
        self._is_first_of_life = False

    _is_first_of_life = True

    def _predicted(
        self, images: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], Mapping[str, npt.NDArray[np.float32]]]:
        assert self._predict is not None
        return predicted(self._predict, images, self.device)

    def _complete(self, step: int, samples: Samples) -> None:
        """What follows an update: knowledge of it, and of held-out samples."""
        if self.plan.published(step, AFTER):
            logits, taps = self._predicted(samples.images)
            self._publish(step, AFTER, samples, logits, taps)
        self._hold_out(step)

    def _hold_out(self, step: int) -> None:
        for number in (EVALUATION, VALIDATION):
            publishes = self.plan.published(step, number)
            hears = self.plan.is_taught(step, number)
            hears_sum = number == EVALUATION and self.plan.is_taught(step, ENSEMBLE)
            if not (publishes or hears or hears_sum):
                continue
            images, labels = self.batches.test if number == EVALUATION else self.batches.validation
            digest = held_out_digest(len(images))
            logits = self._held_out_logits(images)
            if publishes and logits is not None:
                tensors = tuple(make(delivery, logits, {}) for delivery in publishes)
                epoch = self.plan.epoch_after(step + 1)
                self._member.publish(Knowledge(step, number, epoch, digest, tensors))
            gathering = self._gather((step, number), digest) if hears else None
            if hears_sum:
                self._gather((step, ENSEMBLE), digest)
            if number == EVALUATION and logits is not None:
                self._note_accuracy(logits, labels, gathering)

    def _held_out_logits(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
        if self._predict is None:
            return None
        parts = [images[start : start + 500] for start in range(0, len(images), 500)]
        return np.concatenate([self._predicted(part)[0] for part in parts])

    def _note_accuracy(
        self,
        logits: npt.NDArray[np.float32],
        labels: npt.NDArray[np.int64],
        gathering: Gathering | None,
    ) -> None:
        self.test_accuracy = float((logits.argmax(axis=1) == labels).mean())
        if gathering is None or not gathering.knowledge:
            return
        total = softmax(logits).astype(np.float64)
        for knowledge in gathering.knowledge.values():
            total = total + softmax(knowledge["logits"])
        self.ensemble_accuracy = float((total.argmax(axis=1) == labels).mean())

    # After the last step, and between two

    def _teach_on(self, member: Membership) -> None:
        """Goes on teaching with frozen weights, as long as a student learns."""
        for step in range(self.position, self.plan.lasts):
            self._interruption.check()
            for number in (BEFORE, AFTER):
                due = self.plan.published(step, number)
                if due and not member.journal.holds((step, number)):
                    samples = self._samples(step)
                    logits, taps = self._predicted(samples.images)
                    self._publish(step, number, samples, logits, taps)
            self._hold_out(step)
            self.position = step + 1
            self._save_where_due()

    def _save_where_due(self) -> None:
        if self._interruption.is_asked:
            self._save()
            raise SystemExit(PREEMPTED)
        if self.position % self.plan.checkpoint_every == 0:
            self._save()

    def _save(self) -> None:
        member = self._member
        member.journal_flush()
        if self.position not in self._checkpoints.steps:
            taken = {name: list(place) for name, place in member.taken().items()}
            self._checkpoints.save(self.position, {"taken": taken})
        member.checkpointed(*self._checkpoints.span)


def keys_of(keys: Keys | str | os.PathLike[str] | None) -> Keys | None:
    """The keys that are given, or those that the launcher names in the environment."""
    if keys is None:
        keys = os.environ.get(KEY_ENVIRONMENT)
    return keys if keys is None or isinstance(keys, Keys) else Keys.load(keys)


def directory_of(directory: str | os.PathLike[str] | None, plan: Plan) -> Path:
    """Where a learner keeps its files: as given, as the launcher says, or a folder of its name."""
    if directory is not None:
        return Path(directory)
    return Path(os.environ.get(DIRECTORY_ENVIRONMENT) or plan.name)


def require_agreement(plan: Plan, invitation: Invitation) -> None:
    """Raises WrongConfiguration where a plan is not of the run that it is to join."""
    if plan.configuration != invitation.configuration:
        raise WrongConfiguration(
            f"the plan of '{plan.name}' is of configuration {plan.configuration.hex()}, the run's"
            f" is {invitation.configuration.hex()}: print the plan again with the run's file and"
            " overrides"
        )
    if plan.stage != invitation.stage:
        raise WrongConfiguration(
            f"the plan of '{plan.name}' is of stage {plan.stage}, and the run is in stage"
            f" {invitation.stage}"
        )


def membership(
    plan: Plan,
    invitation: Invitation,
    directory: Path,
    keys: Keys | None,
    progress: Progress,
    greeting: str,
    host: str | None = None,
    advertise: str | None = None,
) -> Membership:
    """The membership of a planned learner."""
    is_remote_host = host is not None
    return Membership(
        plan.name,
        invitation,
        directory,
        classes=plan.classes,
        sample_order=plan.sample_order,
        greeting=greeting,
        teachers=[link.link(plan.name) for link in plan.incoming],
        students=[link.link(plan.name) for link in plan.outgoing],
        keys=keys,
        limits=plan.limits,
        progress=progress,
        host=host,
        advertise=advertise if is_remote_host else None,
    )


def predicted(
    predict: Predict, images: npt.NDArray[np.float32], device: str | None
) -> tuple[npt.NDArray[np.float32], Mapping[str, npt.NDArray[np.float32]]]:
    """What a callable gives for images: logits, or logits and activations by tap.

    A PyTorch module is set to evaluation mode meanwhile, and computes without gradients.
    """
    if device is None:
        return _outputs(predict(images))
    import torch

    was_training = getattr(predict, "training", False)
    if isinstance(predict, torch.nn.Module):
        predict.eval()
    try:
        with torch.no_grad():
            return _outputs(predict(on_device(images, device)))
    finally:
        if was_training and isinstance(predict, torch.nn.Module):
            predict.train()


def _outputs(
    found: Any,
) -> tuple[npt.NDArray[np.float32], Mapping[str, npt.NDArray[np.float32]]]:
    taps: Mapping[str, Any] = {}
    if isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], Mapping):
        found, taps = found
    elif isinstance(found, list | tuple) and len(found) == 1:
        found = found[0]
    return as_floats(found), {name: as_floats(values) for name, values in taps.items()}
