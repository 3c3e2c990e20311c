"""Nets of PyTorch on samples that a generator makes: `teacher FOLDER`, or `student FOLDER`.

FOLDER is what `cohort export --safetensors` wrote of the weights to begin with.
"""

from __future__ import annotations

import sys

import torch

import cohort
from cohort import models
from tests.learners.softmax import DIGITS, Killer


def teach(folder: str) -> None:
    net = models.load(folder)
    seen = {}
    net.fc2.register_forward_pre_hook(lambda _, inputs: seen.update(features=inputs[0]))
    cohort.serve(lambda images: (net(images), dict(seen)), device="cpu")


def learn(folder: str) -> None:
    net = models.load(folder).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    kill = Killer()
    state = {"net": net, "optimizer": optimizer}
    with cohort.Peer(cohort.digits(DIGITS), state, predict=net, device="cpu") as peer:
        for step in peer:
            kill(step.index, "before")
            logits = net(step.images)
            terms = step.exchange(logits)
            kill(step.index, "exchanged")
            for term in terms:
                loss = term.weight * (logits - term.teachers["t"]).abs().mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            kill(step.index, "updated")
        torch.save(net.state_dict(), peer.directory / "weights.pt")


if __name__ == "__main__":
    torch.set_num_threads(1)
    {"teacher": teach, "student": learn}[sys.argv[1]](sys.argv[2])
