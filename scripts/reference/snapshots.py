"""Snapshot distillation (Yang et al. 2019), and the learning rate that begins anew."""

import copy
import math

import torch
from torch.nn import functional as F

from cohorts import BATCH, CLASSES, SHAPE, small_net
from fixture import Fixture, Numbers


def asymmetric(student, teacher, temperature):
    """The teacher's responses softened, the student's not; times the temperature's square."""
    return temperature**2 * F.kl_div(
        F.log_softmax(student, 1), F.softmax(teacher / temperature, 1), reduction="batchmean")


def trained(fixture, name, steps, every, weight, temperature, rate):
    """The weights of every `every`-th step teach all later ones, up to the next such step."""
    numbers = Numbers(f"snapshot {name}")
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    model = small_net(numbers)
    tensors = {"pixels": pixels, "labels": labels}
    tensors |= {f"begin/a/{k}": v.clone() for k, v in model.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, every)
    model.train()
    teacher = None
    for step in range(steps):
        if step > 0 and step % every == 0:
            teacher = copy.deepcopy(model).train()
        logits = model(inputs)
        loss = F.cross_entropy(logits, labels)
        if teacher is not None:
            # Its own running moments have no part in it.
            with torch.no_grad():
                taught = teacher(inputs)
            loss = loss + weight * asymmetric(logits, taught, temperature)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    tensors |= {f"end/a/{k}": v.clone() for k, v in model.state_dict().items()}
    fixture.case(
        f"snapshot/{name}", tensors, steps=steps, every=every, weight=weight,
        temperature=temperature, rate=rate)


def rates(fixture, name, steps, every, floor):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(
        optimizer, every, eta_min=floor)
    factors = []
    for _ in range(steps):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    fixture.case(
        f"rate/{name}", {"factors": torch.tensor(factors, dtype=torch.float64)}, steps=steps,
        every=every, floor=floor)


def losses(fixture):
    for name, temperature in {"usual": 2.0, "one": 1.0, "high": 3.5}.items():
        numbers = Numbers(f"asymmetric {name}")
        student, teacher = numbers.normal(6, 10, scale=3).requires_grad_(), numbers.normal(6, 10)
        value = asymmetric(student, teacher, temperature)
        value.backward()
        fixture.case(
            f"asymmetric/{name}",
            {"student": student, "teacher": teacher, "value": value, "gradient": student.grad},
            temperature=temperature)


def snapshots():
    fixture = Fixture()
    trained(fixture, "usual", steps=9, every=3, weight=1.0, temperature=2.0, rate=0.1)
    trained(fixture, "cut-short", steps=10, every=4, weight=0.5, temperature=3.0, rate=0.05)
    rates(fixture, "whole", steps=20, every=5, floor=0.0)
    rates(fixture, "floor", steps=17, every=4, floor=0.1)
    losses(fixture)
    return fixture
