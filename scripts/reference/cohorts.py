"""Whole cohorts that teach one another, step by step: what their weights come to."""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers
from models import initialize, make

NAMES = ["a", "b", "c"]
SHAPE, CLASSES, BATCH, RATE = (1, 4, 4), 3, 6, 0.1


def codistill(fixture, name, steps, every, burn, weight):
    """Codistillation (Anil et al. 2018): from step `burn` on, each also minimises the cross-entropy
    with the mean of what the others' weights of the last `every`-th step say."""
    numbers = Numbers(f"codistill {name}")
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    learners = {
        key: initialize(make("mlp", SHAPE, CLASSES, hidden=(8,)), numbers.generator).double()
        for key in NAMES}
    tensors = {"pixels": pixels, "labels": labels}
    for key, model in learners.items():
        tensors |= {f"begin/{key}/{k}": v.clone() for k, v in model.state_dict().items()}
    for step in range(steps):
        if step % every == 0:
            with torch.no_grad():
                said = {key: model(inputs).softmax(1) for key, model in learners.items()}
        for key, model in learners.items():
            logits = model(inputs)
            loss = F.cross_entropy(logits, labels)
            if step >= burn:
                target = sum(said[other] for other in NAMES if other != key) / (len(NAMES) - 1)
                loss = loss - weight * (target * logits.log_softmax(1)).sum() / BATCH
            model.zero_grad()
            loss.backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter -= RATE * parameter.grad
    for key, model in learners.items():
        tensors |= {f"end/{key}/{k}": v.clone() for k, v in model.state_dict().items()}
    fixture.case(f"codistill/{name}", tensors, steps=steps, every=every, burn=burn, weight=weight)


def cohorts():
    fixture = Fixture()
    codistill(fixture, "after-a-burn-in", steps=20, every=3, burn=4, weight=1.0)
    codistill(fixture, "at-once-and-seldom", steps=20, every=7, burn=0, weight=0.5)
    return fixture
