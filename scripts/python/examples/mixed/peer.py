"""A learner of PyTorch in a cohort, and the same learner alone, to compare.

It writes `result.json` into its folder: its accuracies in the cohort and alone, and the digest of
its weights. Alone it sees the same labels, in the same order, for as many steps. `ALONE=no` leaves
that out. `DIGITS` in the environment is the path of digits.csv.gz.
"""

from __future__ import annotations

import hashlib
import json
import math
import os

import torch
from nets import convolutions
from torch import Tensor
from torch.nn.functional import cross_entropy

import cohort


class Learner:
    """A net, its optimizer, and the course of its rate."""

    def __init__(self, plan: cohort.Plan) -> None:
        torch.manual_seed(plan.seed)
        self.model = convolutions(width=8)
        self.optimizer = torch.optim.SGD(
            self.model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimizer, lambda step: 0.5 + 0.5 * math.cos(math.pi * step / plan.steps)
        )

    @property
    def state(self) -> dict[str, object]:
        """All that training changes."""
        return {"model": self.model, "optimizer": self.optimizer, "schedule": self.schedule}

    def update(self, loss: Tensor) -> None:
        """One step of gradient descent."""
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()

    def accuracy(self, batches: cohort.Batches) -> float:
        """Of the test samples, 0…1."""
        images, labels = batches.test
        with torch.no_grad():
            found = self.model(torch.from_numpy(images)).argmax(dim=1)
        return float((found == torch.from_numpy(labels)).float().mean())

    def digest(self) -> str:
        """Of the weights."""
        found = hashlib.sha256()
        for values in self.model.state_dict().values():
            found.update(values.numpy().tobytes())
        return found.hexdigest()


def in_cohort(learner: Learner, data: cohort.DataSet) -> cohort.Peer:
    """Learns from its own labels and its teachers, and teaches."""
    with cohort.Peer(data, learner.state, predict=learner.model, device="cpu") as peer:
        for step in peer:
            logits = learner.model(step.images)
            terms = step.exchange(logits)
            loss = cross_entropy(learner.model(step.own.images), step.own.labels)
            learner.update(loss + sum(term.loss(logits) for term in terms))
    return peer


def alone(learner: Learner, batches: cohort.Batches, steps: int) -> None:
    """Learns from its own labels only."""
    for step in range(steps):
        own = batches.own(step)
        images, labels = torch.from_numpy(own.images), torch.from_numpy(own.labels)
        learner.update(cross_entropy(learner.model(images), labels))


def main() -> None:
    """Learns in the cohort, then alone, and writes both results down."""
    torch.set_num_threads(1)
    plan, data = cohort.Plan.find(), cohort.digits(os.environ["DIGITS"])
    learner, batches = Learner(plan), cohort.Batches(plan, data)
    peer = in_cohort(learner, data)
    result = {"test_accuracy": learner.accuracy(batches), "weights_sha256": learner.digest()}
    if os.environ.get("ALONE") != "no":
        other = Learner(plan)
        alone(other, batches, plan.steps)
        result["alone_test_accuracy"] = other.accuracy(batches)
    (peer.directory / "result.json").write_text(json.dumps(result))


if __name__ == "__main__":
    main()
