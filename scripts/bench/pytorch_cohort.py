"""PyTorch's side of end_to_end.py: trains a job's learners, and tells when they were tested.

    pytorch_cohort.py JOB.json [--processes] [--tuned] [--teacher FOLDER]

JOB.json is what end_to_end.py wrote. All learners are trained in one process, one after another at
each step; with --processes each in a process of its own, which exchange logits by gloo. Prints a
line of JSON for each test: the time since 1970, and the mean accuracy of the learners.
"""

import argparse
import gzip
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from safetensors.torch import load_file
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[1] / "reference"))
from models import make  # noqa: E402

FOLDER = Path("/usr/share/datasets/fashion-mnist")
MEAN, DEVIATION = 0.2860, 0.3530


def images(name):
    def read(kind, head):
        content = gzip.open(FOLDER / f"{name}-{kind}-ubyte.gz").read()
        return np.frombuffer(content, np.uint8, -1, head)

    pixels, labels = read("images-idx3", 16), read("labels-idx1", 8)
    tensor = torch.from_numpy(pixels.reshape(-1, 1, 28, 28).astype(np.float32))
    return (tensor / 255 - MEAN) / DEVIATION, torch.from_numpy(labels.astype(np.int64))


def augmented(batch, padding, generator):
    """Each image moved by up to `padding` pixels, and mirrored or not, by draws of its own."""
    count, _, height, width = batch.shape
    padded = F.pad(batch, [padding] * 4, mode="reflect")
    top, left = torch.randint(0, 2 * padding + 1, (2, count), generator=generator)
    rows = top[:, None] + torch.arange(height)
    columns = left[:, None] + torch.arange(width)
    mirrored = torch.rand(count, generator=generator) < 0.5
    columns[mirrored] = columns[mirrored].flip(1)
    each = torch.arange(count)[:, None, None]
    return padded[each, 0, rows[:, :, None], columns[:, None, :]][:, None]


class Learner:
    def __init__(self, job, name, tuned):
        described = job["learners"][name]
        torch.manual_seed(job["seed"] * 100 + sorted(job["learners"]).index(name))
        self.name, self.tuned = name, tuned
        self.task = described.get("task", 1)
        self.model = make(described["model"], (1, 28, 28), 10, **described.get("options", {}))
        if tuned:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), job["rate"], momentum=0.9, weight_decay=5e-4)
        self.schedule = torch.optim.lr_scheduler.CosineAnnealingLR(self.optimizer, job["steps"])

    def logits(self, batch):
        if self.tuned:
            batch = batch.contiguous(memory_format=torch.channels_last)
        return self.model(batch)

    def accuracy(self, samples, labels):
        self.model.eval()
        with torch.no_grad():
            found = sum(
                (self.logits(samples[i : i + 500]).argmax(1) == labels[i : i + 500]).sum().item()
                for i in range(0, len(samples), 500))
        self.model.train()
        return found / len(samples)

    def update(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()

    def save(self, place):
        state = [self.model.state_dict(), self.optimizer.state_dict()]
        torch.save(state, place / f"{self.name}.pt")


class Data:
    """The batches of a job: the same common samples for all, and each learner's own labels."""

    def __init__(self, job):
        self.job = job
        self.samples, self.labels = images("train")
        generator = torch.Generator().manual_seed(job["seed"])
        self.order = torch.randperm(len(self.samples), generator=generator)
        self.each = job.get("each")
        self.places = {}
        if self.each:
            for number, name in enumerate(job["learners"]):
                self.places[name] = self.order[number * self.each : (number + 1) * self.each]
            self.order = self.order[len(job["learners"]) * self.each :]

    def batch(self, places, size, step, key):
        """The samples of a step: each comes once in an epoch, in an order of its own."""
        per_epoch = len(places) // size
        epoch, offset = divmod(step, per_epoch)
        generator = torch.Generator().manual_seed(self.job["seed"] * 10007 + epoch * 31 + key)
        order = torch.randperm(len(places), generator=generator)
        chosen = places[order[offset * size : (offset + 1) * size]]
        batch = self.samples[chosen]
        if self.job.get("padding"):
            generator = torch.Generator().manual_seed(step * 7 + key)
            batch = augmented(batch, self.job["padding"], generator)
        return batch, self.labels[chosen]


def divergence(teacher, student, temperature):
    target = F.log_softmax(teacher / temperature, 1)
    own = F.log_softmax(student / temperature, 1)
    return temperature**2 * F.kl_div(own, target, reduction="batchmean", log_target=True)


def taught(job, learner, own, others):
    """What a learner's teachers add to its loss."""
    if job["kind"] == "teacher":
        return 0.9 * divergence(others[0], own, 4)
    return sum(divergence(other, own, 1) for other in others) / len(others)


def task_loss(job, data, learner, logits, labels, step):
    """The loss of the labels; and with private labels, on a batch of the learner's own."""
    if not data.each:
        return learner.task * F.cross_entropy(logits, labels)
    number = 1 + list(job["learners"]).index(learner.name)
    samples, own = data.batch(data.places[learner.name], job["batch"], step, number)
    return learner.task * F.cross_entropy(learner.logits(samples), own)


def train(job, names, tuned, place, exchange, teacher):
    """Trains the learners of this process; `exchange` gives the logits of all, by name."""
    data = Data(job)
    test, test_labels = images("t10k")
    learners = [Learner(job, name, tuned) for name in names]
    size = job["common"] if data.each else job["batch"]
    for step in range(job["steps"]):
        batch, labels = data.batch(data.order, size, step, 0)
        logits = {learner.name: learner.logits(batch) for learner in learners}
        everyone = exchange({name: value.detach() for name, value in logits.items()})
        if teacher is not None:
            with torch.no_grad():
                everyone = {"t": teacher(batch)}
        for learner in learners:
            own = logits[learner.name]
            others = [value for name, value in everyone.items() if name != learner.name]
            loss = task_loss(job, data, learner, own, labels, step)
            learner.update(loss + taught(job, learner, own, others))
        if (step + 1) % job["every"] == 0 or step + 1 == job["steps"]:
            found = exchange(
                {one.name: torch.tensor([one.accuracy(test, test_labels)]) for one in learners})
            for learner in learners:
                learner.save(place)
            if names[0] == next(iter(job["learners"])):
                mean = sum(value.item() for value in found.values()) / len(found)
                print(json.dumps({"time": time.time(), "accuracy": mean}), flush=True)


def gloo(names, rank):
    """Exchanges what every process has of its one learner."""

    def exchange(own):
        (tensor,) = own.values()
        found = [torch.empty_like(tensor) for _ in names]
        dist.all_gather(found, tensor.contiguous())
        return dict(zip(names, found))

    return exchange


def member(rank, job, tuned, place, port):
    torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) // len(job["learners"])))
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    names = list(job["learners"])
    dist.init_process_group("gloo", rank=rank, world_size=len(names))
    train(job, [names[rank]], tuned, place, gloo(names, rank), None)
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("job", type=Path)
    parser.add_argument("--processes", type=int, help="a free port, for one process a learner")
    parser.add_argument("--tuned", action="store_true")
    parser.add_argument("--teacher", type=Path, help="a folder with the teacher's weights")
    given = parser.parse_args()
    job = json.loads(given.job.read_text())
    if given.processes:
        torch.multiprocessing.spawn(
            member, (job, given.tuned, given.job.parent, given.processes), len(job["learners"]))
        return
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    teacher = None
    if given.teacher:
        described = job["teacher"]
        teacher = make(described["model"], (1, 28, 28), 10, **described.get("options", {}))
        teacher.load_state_dict(load_file(given.teacher / "model.safetensors"), strict=True)
        teacher.eval()
    train(job, list(job["learners"]), given.tuned, given.job.parent, lambda own: own, teacher)


if __name__ == "__main__":
    main()
