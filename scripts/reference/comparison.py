"""Trains rows of scripts/comparison.sh by PyTorch, and says whether it comes to the same accuracy.

    scripts/reference/comparison.py [small|full] [--record FILE] [--seeds N] [ROW …]

Written from the papers; nothing but the models, the samples and the rates is Cohort's. `cohort
check --samples` writes the samples; rates and accuracies are in FILE, by default
deploy/results/comparison-FORM.json. A ROW is named as there, such as "a1, kd"; without one all run
that are known here. Draws are PyTorch's, so that a seed gives another accuracy than Cohort's: they
agree where the difference of the means lies within its 95 % interval (Welch 1947). Exit code 1
where one does not. Needs PyTorch, NumPy and a built program, .build/release/cohort or what COHORT
names.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

sys.dont_write_bytecode = True
SCRIPTS = Path(__file__).resolve().parents[1]
sys.path += [str(SCRIPTS / "reference"), str(SCRIPTS / "comparison")]
from forms import FORMS  # noqa: E402
from jobs import PROGRAM, ROOT  # noqa: E402
from models import make  # noqa: E402
from report import T, spread  # noqa: E402
from tables import BROAD, CNN, DEEP, DEEPER_CNN, NARROW, SHALLOW, WIDE  # noqa: E402

DEEPEST, SLIM = {"model": "resnet20"}, {"model": "resnet8", "options": {"width": 4}}


class Samples:
    """A form's data set, standardised: all of an image alike, else each feature by itself."""

    def __init__(self, form):
        made = {
            "data": form.everything(),
            "learners": {"a": {"model": "mlp"}},
            "training": {"steps": 1},
        }
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "run.yaml"
            file.write_text(json.dumps(made))
            subprocess.run(
                [PROGRAM, "check", file, "--samples", place],
                check=True,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
            )
            arrays = {path.stem: np.load(path) for path in Path(place).glob("*.npy")}
        train = arrays["train-images"].astype(np.float32)
        test = arrays["test-images"].astype(np.float32)
        over = None if train.shape[-1] > 1 else 0
        mean, deviation = train.mean(over), train.std(over)
        self.train, self.test = [torch.from_numpy((x - mean) / deviation) for x in (train, test)]
        self.labels, self.test_labels = [
            torch.from_numpy(arrays[f"{part}-labels"].astype(np.int64))
            for part in ("train", "test")
        ]
        self.classes = int(self.labels.max()) + 1


class Batches:
    """Batches of some samples, in a new order in each epoch."""

    def __init__(self, places, size, generator):
        self.places, self.size, self.generator = places, min(size, len(places)), generator
        self.left = places[:0]

    def next(self):
        if len(self.left) < self.size:
            self.left = self.places[torch.randperm(len(self.places), generator=self.generator)]
        batch, self.left = self.left[: self.size], self.left[self.size :]
        return batch


class Trial:
    """What a seed trains: models, and how."""

    def __init__(self, form, samples, seed, rate):
        self.form, self.samples, self.seed, self.rate = form, samples, seed, rate
        self.generator = torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        self.order = torch.randperm(len(samples.train), generator=self.generator)

    def model(self, described):
        shape, options = tuple(self.samples.train.shape[1:]), described.get("options", {})
        return make(described["model"], shape, self.samples.classes, **options)

    def train(
        self, models, labelled, batch=32, pool=None, task=1, taught=None, steps=None, rate=None
    ):
        """Trains models side by side: each by its labels in places of its own, and by `taught`,
        which is given the samples of a batch of the pool, or else of the labels, and all logits."""
        steps, rate = steps or self.form.steps, rate or self.rate
        optimizers = [
            torch.optim.SGD(model.parameters(), rate, momentum=0.9, weight_decay=5e-4)
            for model in models
        ]
        schedules = [torch.optim.lr_scheduler.CosineAnnealingLR(one, steps) for one in optimizers]
        own = [Batches(places, batch, self.generator) for places in labelled]
        common = Batches(pool, 64, self.generator) if pool is not None else None
        for model in models:
            model.train()
        for _ in range(steps):
            if common is None:
                # All see the same labelled samples.
                places = [own[0].next()] * len(models)
            else:
                places = [batches.next() for batches in own]
            logits = [model(self.samples.train[at]) for model, at in zip(models, places)]
            losses = [
                task * F.cross_entropy(found, self.samples.labels[at])
                for found, at in zip(logits, places)
            ]
            if taught:
                shared = (
                    self.samples.train[common.next()] if common else self.samples.train[places[0]]
                )
                if common:
                    logits = [model(shared) for model in models]
                losses = [
                    loss + taught(shared, logits, number) for number, loss in enumerate(losses)
                ]
            for optimizer in optimizers:
                optimizer.zero_grad()
            sum(losses).backward()
            for optimizer, schedule in zip(optimizers, schedules):
                optimizer.step()
                schedule.step()
        for model in models:
            model.eval()
        return models

    def accuracy(self, models):
        """The mean over the models, on the test samples."""
        with torch.no_grad():
            return statistics.fmean(
                (model(self.samples.test).argmax(1) == self.samples.test_labels)
                .float()
                .mean()
                .item()
                for model in models
            )

    # --- Who knows what

    def teacher(self, described):
        """One that has all labels."""
        return self.train(
            [self.model(described)],
            [self.order],
            batch=128,
            steps=self.form.teacher_steps,
            rate=0.1,
        )[0]

    def pool(self):
        """Places with labels, and the rest."""
        return [self.order[: self.form.few]], self.order[self.form.few :]

    def shared(self):
        return self.order[: self.form.common]

    def private(self, count):
        """Places with labels of each learner, and the rest."""
        each = self.form.private
        own = [self.order[number * each : (number + 1) * each] for number in range(count)]
        return own, self.order[count * each :]


def divergence(target, own, temperature):
    """Hinton's: T² times the divergence of softened distributions; `target` are probabilities."""
    found = F.log_softmax(own / temperature, 1)
    return temperature**2 * F.kl_div(found, target, reduction="batchmean")


def soft(logits, temperature):
    return F.softmax(logits.detach() / temperature, 1)


def by_teachers(teachers, weight=0.9, temperature=4):
    """Teaches by the mean of the teachers' softened probabilities."""

    def term(shared, logits, number):
        with torch.no_grad():
            mean = sum(soft(one(shared), temperature) for one in teachers) / len(teachers)
        return weight * divergence(mean, logits[number], temperature)

    return term


def by_peers(carried=lambda logits: logits):
    """Deep mutual learning: the mean of the divergences from the others."""

    def term(_, logits, number):
        others = [soft(carried(z.detach()), 1) for at, z in enumerate(logits) if at != number]
        return sum(divergence(one, logits[number], 1) for one in others) / len(others)

    return term


def alone(student):
    def run(trial):
        labelled, pool = trial.pool()
        return trial.accuracy(trial.train([trial.model(student)], labelled, pool=pool))

    return run


def taught(student, teachers):
    """A student of few labels, taught on the rest."""

    def run(trial):
        with_all = [trial.teacher(one) for one in teachers]
        labelled, pool = trial.pool()
        return trial.accuracy(
            trial.train(
                [trial.model(student)], labelled, pool=pool, task=0.1, taught=by_teachers(with_all)
            )
        )

    return run


def taught_on_labelled(student, teacher):
    """The papers' setting: no sample but the labelled ones."""

    def run(trial):
        return trial.accuracy(
            trial.train(
                [trial.model(student)],
                [trial.shared()],
                task=0.1,
                taught=by_teachers([trial.teacher(teacher)]),
            )
        )

    return run


def by_an_assistant(student, assistant, teacher):
    def run(trial):
        labelled, pool = trial.pool()
        above = trial.teacher(teacher)
        for one in (assistant, student):
            above = trial.train(
                [trial.model(one)], labelled, pool=pool, task=0.1, taught=by_teachers([above])
            )[0]
        return trial.accuracy([above])

    return run


def peers(count, is_private, **options):
    def run(trial):
        labelled, pool = trial.private(count) if is_private else ([trial.shared()] * count, None)
        models = [trial.model(CNN) for _ in range(count)]
        return trial.accuracy(trial.train(models, labelled, pool=pool, taught=by_peers(**options)))

    return run


def born_again(student, generations):
    def run(trial):
        model = None
        for number in range(generations):
            model = trial.train(
                [trial.model(student)],
                [trial.shared()],
                task=0 if number else 1,
                taught=by_teachers([model], 1, 1) if number else None,
            )[0]
        return trial.accuracy([model])

    return run


# The rows that are known here, and a change of the form for other sets of data.
ROWS = {
    "a1, alone": (alone(SHALLOW), None),
    "a1, kd": (taught(SHALLOW, [DEEP]), None),
    "a2, kd": (taught(CNN, [DEEP]), None),
    "a3, kd": (taught_on_labelled(SHALLOW, DEEP), None),
    "b1, dml, 4 peers": (peers(4, True), None),
    "b2, dml, 4 peers": (peers(4, False), None),
    "c, width 4, directly": (taught(SLIM, [DEEPEST]), None),
    "c, width 4, by an assistant": (by_an_assistant(SLIM, WIDE, DEEPEST), None),
    "d1, mean of probabilities": (taught(CNN, [WIDE, SHALLOW, DEEPER_CNN]), None),
    "e, born-again, third generation": (born_again(WIDE, 3), None),
    "f, floats, taught": (taught(WIDE, [WIDE]), None),
    "m, fp16": (peers(3, True, carried=lambda logits: logits.half().float()), None),
    "n1, kd": (taught(CNN, [DEEP]), "glyphs"),
    "n2, kd": (taught(NARROW, [BROAD]), "satellite"),
}


def difference(here, there):
    """The difference of two means, and half the width of its 95 % interval (Welch 1947)."""
    parts = [statistics.variance(values) / len(values) for values in (here, there)]
    if sum(parts) == 0:
        return statistics.fmean(here) - statistics.fmean(there), 0
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(values) - 1) for part, values in zip(parts, (here, there))
    )
    width = T[min(int(freedom), len(T) - 1)] * math.sqrt(sum(parts))
    return statistics.fmean(here) - statistics.fmean(there), width


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("form", nargs="?", default="small", choices=sorted(FORMS))
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--record", type=Path)
    parser.add_argument("--seeds", type=int, help="the form's own by default")
    given = parser.parse_args()
    form = FORMS[given.form]
    record = given.record or ROOT / f"deploy/results/comparison-{form.name}.json"
    recorded = json.loads(record.read_text())
    unknown = [name for name in given.rows if name not in ROWS]
    if unknown:
        parser.error(f"{'; '.join(unknown)} is not known here; known are {'; '.join(ROWS)}")
    if given.seeds is not None and given.seeds < 2:
        parser.error("--seeds is at least 2: a mean of one has no interval")
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    known, disagree = {}, []
    print("| row | rate | Cohort | PyTorch | difference, points (95 %) | agrees |")
    print("|---|---|---|---|---|---|")
    for name in given.rows or ROWS:
        run, change = ROWS[name]
        changed = getattr(form, change)() if change else form
        if change not in known:
            known[change] = Samples(changed)
        rate = recorded[name]["rate"]
        theirs = [100 * value for value in recorded[name]["accuracies"].values()]
        seeds = range(1, 1 + (given.seeds or len(form.seeds)))
        found = [100 * run(Trial(changed, known[change], seed, rate)) for seed in seeds]
        mean, width = difference(theirs, found)
        agrees = abs(mean) <= width
        disagree += [] if agrees else [name]
        interval = f"{mean:+.1f} ({mean - width:+.1f} … {mean + width:+.1f})"
        print(
            f"| {name} | {rate:g} | {spread(theirs)} | {spread(found)} | {interval}"
            f" | {'yes' if agrees else 'no'} |",
            flush=True,
        )
    if disagree:
        raise SystemExit(f"not within the interval: {'; '.join(disagree)}")


if __name__ == "__main__":
    main()
