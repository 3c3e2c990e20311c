"""The plan of one learner, as `cohort check CONFIG --plan NAME` prints it: who learns what of whom
at which step, on which samples."""

from __future__ import annotations

import bisect
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .augmentation import Augmentation
from .errors import CohortError, CorruptData, MissingFile
from .jsonfiles import read_json
from .limits import Limits
from .neighbours import Link
from .normalization import Normalization
from .places import RETURNED_ADJOINTS
from .sampler import ClassStream, Stream
from .tensors import INPUTS, KINDS, SUM, Knowledge, Tensor

FORMAT = "cohort plan 1"
ENVIRONMENT = "COHORT_PLAN"
"""The variable by which a launcher names the plan to the programs that it starts."""


class Steps:
    """A set of steps, as ascending runs: each the first step, the last one, and the stride."""

    def __init__(self, runs: Sequence[Sequence[int]]) -> None:
        self._runs = [(int(first), int(last), int(stride)) for first, last, stride in runs]
        self._firsts = [run[0] for run in self._runs]
        for first, last, stride in self._runs:
            if stride < 1 or last < first or (last - first) % stride:
                raise ValueError(
                    f"a run of steps is [first, last, stride], not {first, last, stride}"
                )

    def __contains__(self, step: int) -> bool:
        index = bisect.bisect_right(self._firsts, step) - 1
        if index < 0:
            return False
        first, last, stride = self._runs[index]
        return step <= last and (step - first) % stride == 0


@dataclass(frozen=True)
class Delivery:
    """One tensor that travels over a link."""

    name: str
    round: int
    kind: int
    shape: tuple[int, ...] | None
    """What it must be; None where the plan does not know."""
    is_simplex: bool
    """Whether its rows are probabilities."""
    most_learners: int
    """Of a sum: how many learners it may stand for."""
    steps: Steps


@dataclass(frozen=True)
class PlannedLink:
    """One direction between this learner and a neighbour."""

    source: str
    target: str
    is_optional: bool
    accepts_late: bool
    is_relay: bool
    deliveries: tuple[Delivery, ...]
    original: str | None = None
    """The teacher whose load the source shares; None for a node of its own."""

    def due(self, step: int, number: int) -> list[str]:
        """The names of the tensors that travel at a step and round."""
        return [d.name for d in self.deliveries if d.round == number and step in d.steps]

    def link(self, own: str) -> Link:
        """The link as the conversation takes it."""
        peer = self.target if self.source == own else self.source
        inputs = [d.shape for d in self.deliveries if d.kind == INPUTS and d.shape]
        return Link(
            peer,
            self.due,
            self.is_optional,
            self.accepts_late,
            self.is_relay,
            inputs[0][1:] if inputs and self.target == own else None,
            self._objection,
        )

    def _objection(self, knowledge: Knowledge) -> str | None:
        due = {d.name: d for d in self.deliveries if d.round == knowledge.round}
        held = {tensor.name: tensor for tensor in knowledge.tensors}
        for name in self.due(knowledge.step, knowledge.round):
            if name not in held:
                return f"it lacks '{name}'"
            objection = _objection(held[name], due[name])
            if objection:
                return f"'{name}' {objection}"
        return None


def _objection(tensor: Tensor, due: Delivery) -> str | None:
    """Why a tensor cannot be used; its values are read last."""
    if tensor.kind != due.kind:
        return f"is of kind {tensor.kind}, not {due.kind}"
    if due.shape is not None and tensor.shape != due.shape:
        return f"is of shape {tensor.shape}, not {due.shape}"
    try:
        values = tensor.values
    except CorruptData as error:
        return f"cannot be read: {error}"
    if not np.isfinite(values).all():
        return "has values that are not finite"
    if due.is_simplex:
        sums = values.astype(np.float64).sum(axis=-1)
        if (values < 0).any() or (np.abs(sums - 1) >= 1e-3).any():
            return "has rows that are not probabilities"
    return _sum_objection(values, due.most_learners) if due.kind == SUM else None


def _sum_objection(values: npt.NDArray[np.floating], most: int) -> str | None:
    """Why a sum is none: its rows are of a whole number of learners, the same in all."""
    probabilities, entropies = values[:, :-1], values[:, -1]
    sums = probabilities.sum(axis=1)
    count = round(float(sums[0])) if len(sums) else 0
    if count < 1 or count > most or (np.abs(sums - count) >= 1e-3 * count).any():
        return f"is of {count} learners, where 1 to {most} are due, the same in all rows"
    limit = count * math.log(probabilities.shape[1]) + 1e-6
    if (probabilities < 0).any() or (-entropies > limit).any() or (entropies > 1e-6).any():
        return "has rows that are no sum of probabilities"
    return None


@dataclass(frozen=True)
class Schedule:
    """The factor of a term's weight at each step."""

    burn_in: int = 0
    ramp: int | None = 0
    """None for one as long as the training."""
    shape: str = "linear"
    until: int | None = None
    unit: str = "steps"
    every: int = 1
    steps: int = 0
    """For how many steps the learner trains."""
    turn: tuple[int, int, int] | None = None
    """The first step of each cycle at which it teaches, the step after the last one, and how many
    steps a cycle has; None for all steps."""

    def factor(self, step: int, steps_per_epoch: float) -> float:
        """0 where nothing is taught, up to 1."""
        length = 1.0 if self.unit == "steps" else steps_per_epoch
        start = _rounded(self.burn_in * length)
        end = math.inf if self.until is None else _rounded(self.until * length)
        if step < start or step >= end or (step - start) % self.every:
            return 0.0
        if self.turn is not None and not self.turn[0] <= step % self.turn[2] < self.turn[1]:
            return 0.0
        rising = self.steps - start if self.ramp is None else self.ramp * length
        passed: float = step - start + 1
        if self.shape == "stairs":
            passed = (math.floor((step - start) / steps_per_epoch) + 1) * steps_per_epoch
        t = passed / max(rising, 1)
        if t >= 1:
            return 1.0
        return math.exp(-5 * (1 - t) * (1 - t)) if self.shape == "sigmoid" else t


def _rounded(value: float) -> int:
    """To the nearest whole number, halves away from zero."""
    return math.floor(value + 0.5)


@dataclass(frozen=True)
class Term:
    """What teaches this learner with one loss: a group of edges."""

    loss: str
    combination: str
    teachers: tuple[str, ...]
    tensor: str
    """The name under which the knowledge travels."""
    temperature: float
    weight: float
    schedule: Schedule
    taps: tuple[str, ...]
    """The places in this learner's own model that the loss compares."""
    is_relayed: bool
    is_banked: bool = False
    """Whether the latest knowledge of each sample stands in for a late teacher's."""
    oldest: int | None = None
    """How many steps old that may be; None for any age."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of texts."""

    texts: tuple[str, ...]
    """What each token stands for, by its number."""
    padding: int
    """The token that fills a sequence."""
    unknown: int | None
    """The token of what has none of its own; None where everything has one."""


@dataclass(frozen=True)
class Data:
    """The cohort's samples, as this learner sees them."""

    set: str
    view: str | None
    identity: str
    """The identity of the training set in this view, 64 hexadecimal digits."""
    shape: tuple[int, ...]
    train: int
    test: int
    """How many test samples: those of the validation where the data have none."""
    normalization: Normalization
    augmentation: Augmentation
    tokens: Tokens | None = None
    """What the numbers of samples of texts stand for; None of other samples."""
    rows: int = 1
    """How many rows of logits each sample has: of a language model one for each position."""


@dataclass(frozen=True)
class Plan:
    """All that a learner of another program must know besides where the cohort meets."""

    name: str
    stage: int
    seed: int
    classes: int
    configuration: bytes
    sample_order: int
    steps: int
    """For how many steps it learns; 0 where its weights are frozen."""
    lasts: int
    """For how many steps it takes part: as long as a student of it learns."""
    task: float
    """The weight of the task's own loss."""
    look_ahead: int
    """How many steps early it publishes."""
    data: Data
    own_data: Data | None
    """Data of its own, which its own stream is of."""
    common: Stream | None
    """The samples on which the cohort teaches."""
    is_common_labelled: bool
    own: Stream | None
    """Labelled samples beside the common ones; None where these are labelled."""
    validation: npt.NDArray[np.int64]
    epoch: tuple[int, int]
    """Samples of an epoch, and of a step."""
    links: tuple[PlannedLink, ...]
    terms: tuple[Term, ...]
    limits: Limits
    checkpoint_every: int
    checkpoint_keep: int
    host: str | None
    advertise: str | None

    @property
    def incoming(self) -> list[PlannedLink]:
        """From the teachers."""
        return [link for link in self.links if link.target == self.name]

    @property
    def outgoing(self) -> list[PlannedLink]:
        """To the students."""
        return [link for link in self.links if link.source == self.name]

    def published(self, step: int, number: int) -> list[Delivery]:
        """The tensors that any student needs at a step and round, each once."""
        found: dict[str, Delivery] = {}
        for link in self.outgoing:
            for delivery in link.deliveries:
                if delivery.round == number and step in delivery.steps:
                    found.setdefault(delivery.name, delivery)
        return list(found.values())

    @property
    def is_sent_inputs(self) -> bool:
        """Whether it has no samples, and is sent each batch, by a student or by a generator."""
        sent = any(d.kind == INPUTS for link in self.incoming for d in link.deliveries)
        return self.steps == 0 and sent

    @property
    def generator(self) -> str | None:
        """Who makes the samples on which it teaches or learns; None where they are of the data."""
        return next(
            (
                link.source
                for link in self.incoming
                for d in link.deliveries
                if d.kind == INPUTS and d.name == f"samples@{link.source}"
            ),
            None,
        )

    def guides(self, step: int) -> bool:
        """Whether it carries a generator's gradient on at a step."""
        return bool(self.published(step, RETURNED_ADJOINTS))

    def original(self, node: str) -> str:
        """The teacher whose part a node takes: most often itself."""
        found = [link.original for link in self.incoming if link.source == node and link.original]
        return found[0] if found else node

    def is_taught(self, step: int, number: int) -> bool:
        """Whether any teacher sends something at a step and round."""
        return any(link.due(step, number) for link in self.incoming)

    def expected(self, term: Term, step: int) -> int:
        """How many teachers of a term teach at a step."""
        if term.is_relayed:
            return len(term.teachers)
        teachers = {
            link.source
            for link in self.incoming
            if any(d.name == term.tensor and step in d.steps for d in link.deliveries)
        }
        return sum(name in teachers for name in term.teachers)

    @property
    def steps_per_epoch(self) -> float:
        """On average."""
        return self.epoch[0] / self.epoch[1]

    def epoch_after(self, step: int) -> int:
        """How many epochs are done after so many steps."""
        return step * self.epoch[1] // self.epoch[0]

    @staticmethod
    def find(plan: Plan | str | os.PathLike[str] | None = None) -> Plan:
        """The plan that is given, or the one that the launcher names in the environment."""
        if isinstance(plan, Plan):
            return plan
        path = plan if plan is not None else os.environ.get(ENVIRONMENT)
        if path is None:
            raise MissingFile(
                f"no plan is given, and {ENVIRONMENT} is not set; `cohort check CONFIG --plan NAME`"
                " prints it"
            )
        return Plan.load(path)

    @staticmethod
    def load(path: str | os.PathLike[str]) -> Plan:
        """Reads a plan."""
        file = Path(path)
        fields = read_json(
            file, missing=f"{file} is missing; `cohort check CONFIG --plan NAME` prints a plan"
        )
        return Plan.of(fields, str(file))

    @staticmethod
    def of(fields: dict[str, Any], source: str = "the plan") -> Plan:
        """Reads a plan from its JSON."""
        if fields.get("format") != FORMAT:
            found = fields.get("format", "unknown")
            raise CohortError(
                f"{source} is of the format '{found}', and this package reads '{FORMAT}': install"
                " the package of the program's version",
                76,
            )
        try:
            return _plan(fields)
        except (KeyError, TypeError, ValueError) as error:
            raise CorruptData(f"{source} is no plan of a learner: {error!r}") from error


def _plan(fields: dict[str, Any]) -> Plan:
    seed = int(fields["seed"])
    return Plan(
        name=fields["name"],
        stage=int(fields["stage"]),
        seed=seed,
        classes=int(fields["classes"]),
        configuration=bytes.fromhex(fields["configuration_digest"]),
        sample_order=int.from_bytes(bytes.fromhex(fields["sample_order"]), "little"),
        steps=int(fields["steps"]),
        lasts=int(fields["lasts"]),
        task=float(fields["task"]),
        look_ahead=int(fields["look_ahead"]),
        data=_data(fields["data"], fields["name"]),
        own_data=_data(fields["own_data"], fields["name"]) if "own_data" in fields else None,
        common=_stream(fields.get("common"), seed),
        is_common_labelled=bool((fields.get("common") or {}).get("labelled")),
        own=_stream(fields.get("own"), seed),
        validation=np.asarray(fields["validation"], dtype=np.int64),
        epoch=(int(fields["epoch"]["samples"]), int(fields["epoch"]["batch"])),
        links=tuple(_link(link) for link in fields["links"]),
        terms=tuple(_term(term, int(fields["steps"])) for term in fields["terms"]),
        limits=_limits(fields["exchange"]),
        checkpoint_every=int(fields["checkpoints"]["every"]),
        checkpoint_keep=int(fields["checkpoints"]["keep"]),
        host=fields["exchange"].get("host"),
        advertise=fields["exchange"].get("advertise"),
    )


def _data(fields: dict[str, Any], learner: str) -> Data:
    scale, augmentation = fields["normalization"], fields["augmentation"]
    return Data(
        fields["set"],
        fields.get("view"),
        fields["identity"],
        tuple(fields["shape"]),
        int(fields["train"]),
        int(fields["test"]),
        Normalization(float(scale["divisor"]), tuple(scale["mean"]), tuple(scale["std"])),
        Augmentation(
            int(augmentation["padding"]),
            bool(augmentation["flip"]),
            learner if augmentation.get("own", False) else None,
        ),
        _tokens(fields["tokens"]) if "tokens" in fields else None,
        int(fields.get("rows", 1)),
    )


def _tokens(fields: dict[str, Any]) -> Tokens:
    unknown = fields.get("unknown")
    return Tokens(
        tuple(fields["texts"]), int(fields["padding"]), None if unknown is None else int(unknown)
    )


def _stream(fields: dict[str, Any] | None, seed: int) -> Stream | None:
    if fields is None:
        return None
    samples, batch, name = fields["samples"], int(fields["batch"]), fields["stream"]
    if "per_class" not in fields:
        return Stream(samples, batch, seed, name)
    return ClassStream(samples, fields["classes"], int(fields["per_class"]), batch, seed, name)


def _link(fields: dict[str, Any]) -> PlannedLink:
    return PlannedLink(
        fields["from"],
        fields["to"],
        bool(fields["optional"]),
        bool(fields["late"]),
        bool(fields["relay"]),
        tuple(_delivery(tensor) for tensor in fields["tensors"]),
        fields.get("original"),
    )


def _delivery(fields: dict[str, Any]) -> Delivery:
    shape = fields.get("shape")
    return Delivery(
        fields["name"],
        int(fields["round"]),
        KINDS[fields["kind"]],
        None if shape is None else tuple(shape),
        bool(fields["simplex"]),
        int(fields.get("most_learners", 1)),
        Steps(fields["steps"]),
    )


def _term(fields: dict[str, Any], steps: int) -> Term:
    schedule = fields["schedule"]
    return Term(
        fields["loss"],
        fields["combine"],
        tuple(fields["teachers"]),
        fields["tensor"],
        float(fields["temperature"]),
        float(fields["weight"]),
        Schedule(
            schedule["burn_in"],
            schedule.get("ramp"),
            schedule["shape"],
            schedule.get("until"),
            schedule["in"],
            schedule["every"],
            steps,
            _turn(schedule.get("turn")),
        ),
        tuple(fields["taps"]),
        bool(fields["relayed"]),
        "bank" in fields,
        fields.get("bank", {}).get("age"),
    )


def _turn(fields: dict[str, Any] | None) -> tuple[int, int, int] | None:
    if fields is None:
        return None
    return int(fields["first"]), int(fields["end"]), int(fields["cycle"])


def _limits(fields: dict[str, Any]) -> Limits:
    timeouts, quarantine = fields["timeouts"], fields["quarantine"]
    return Limits(
        join=float(timeouts["join"]),
        step=float(timeouts["step"]),
        missing=float(timeouts["missing"]),
        window=int(fields["window"]),
        quorum=fields["quorum"],
        journal_bytes=int(fields["journal"]),
        message_bytes=int(fields["message"]),
        strikes=int(quarantine["strikes"]),
        quarantine=int(quarantine["steps"]),
    )
