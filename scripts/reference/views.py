"""Learners that see two views of the same samples in a step: what their weights come to."""

import math

import torch
from torch.nn import functional as F

from cohorts import BATCH, CLASSES, RATE, SHAPE, Key, small_net
from fixture import Fixture, Numbers


def covered(pixels, order, epoch):
    """The strong view without operations: a square is covered by the mean, 0.5."""
    images = (pixels.double() / 255).clone()
    for sample in order:
        key = Key.of_seed(0).child("augmentation", epoch, sample, "strong")
        side, x, y = ((key.bits(counter) >> 11) / 2**53 for counter in (3, 4, 5))
        length = side / 2 * SHAPE[2]
        spans = []
        for middle, size in ((y, SHAPE[1]), (x, SHAPE[2])):
            first = int(max(0, middle * size - length / 2))
            spans.append(slice(first, max(first, min(size, first + math.floor(length + 0.5)))))
        images[sample][:, spans[0], spans[1]] = 0.5
    return (images - 0.5) / 0.3


def multi_level(student, teacher, temperature):
    """The paper's loss of one view, at five temperatures."""
    loss = 0
    for share in (0.5, 0.75, 1, 1.25, 1.5):
        t = share * temperature
        q, p = (student / t).softmax(1), (teacher / t).softmax(1)
        loss = loss + t**2 * F.kl_div(q.log(), p, reduction="batchmean")
        loss = loss + ((p.T @ p - q.T @ q) ** 2).sum() / CLASSES
        loss = loss + ((p @ p.T - q @ q.T) ** 2).sum() / BATCH
    return loss


def two_views(fixture, name, steps, weight, temperature, task, strong_task, with_teacher):
    """With a teacher: MLKD, weak with weak and strong with strong, and both views' labels. Without:
    the strong view follows the weak one, and the running moments the weak one alone."""
    numbers = Numbers(f"views {name}")
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    model, teacher = small_net(numbers), small_net(numbers).eval()
    tensors = {"pixels": pixels, "labels": labels}
    for letter, net in (("a", model), ("t", teacher)):
        tensors |= {f"begin/{letter}/{k}": v.clone() for k, v in net.state_dict().items()}
    model.train()
    for step in range(steps):
        order = Key.of_seed(5).child("sampler", "common", step).shuffled(range(BATCH)).tolist()
        weak, strong = inputs[order], covered(pixels, order, step)[order]
        z_weak = model(weak)
        buffers = [buffer.clone() for buffer in model.buffers()]
        z_strong = model(strong)
        loss = task * F.cross_entropy(z_weak, labels[order])
        if with_teacher:
            loss = loss + strong_task * F.cross_entropy(z_strong, labels[order])
            with torch.no_grad():
                t_weak, t_strong = teacher(weak), teacher(strong)
            loss = loss + weight * multi_level(z_weak, t_weak, temperature)
            loss = loss + weight * multi_level(z_strong, t_strong, temperature)
        else:
            for buffer, before in zip(model.buffers(), buffers):
                buffer.data = before
            divergence = F.kl_div(
                F.log_softmax(z_strong / temperature, 1),
                F.softmax(z_weak.detach() / temperature, 1), reduction="batchmean")
            loss = loss + weight * temperature**2 * divergence
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= RATE * parameter.grad
    tensors |= {f"end/a/{k}": v.clone() for k, v in model.state_dict().items()}
    fixture.case(
        f"views/{name}", tensors, steps=steps, weight=weight, temperature=temperature, task=task,
        strong_task=strong_task)


def views():
    fixture = Fixture()
    two_views(fixture, "mlkd", 6, 0.9, 4.0, 0.1, 0.1, True)
    two_views(fixture, "own", 6, 1.0, 2.0, 1.0, 0.0, False)
    return fixture
