"""Whole cohorts that teach one another, step by step: what their weights come to."""

import copy
import sys
from pathlib import Path

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers
from models import initialize, make

# The client's random numbers are those of the program.
sys.path.append(str(Path(__file__).parents[1] / "python/src"))
from cohort.randomness import Key  # noqa: E402

NAMES = ["a", "b", "c"]
SHAPE, CLASSES, BATCH, RATE = (1, 4, 4), 3, 6, 0.1


def small_net(numbers):
    """A net with batch normalization whose running moments are those of the start."""
    model = initialize(make("resnet8", SHAPE, CLASSES, width=2), numbers.generator).double()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
    return model


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


def refined(fixture, name, steps, weight):
    """PS-KD (Kim et al. 2021): a part of the labels, grown from epoch to epoch, becomes what the
    learner said of the sample an epoch before. An epoch is one batch, always in the same order."""
    numbers = Numbers(f"refined {name}")
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    model = initialize(make("mlp", SHAPE, CLASSES, hidden=(8,)), numbers.generator).double()
    tensors = {"pixels": pixels, "labels": labels}
    tensors |= {f"begin/a/{k}": v.clone() for k, v in model.state_dict().items()}
    truth = F.one_hot(labels, CLASSES).double()
    rows = truth.clone()
    for epoch in range(steps):
        alpha = weight * (epoch + 1) / steps
        logits = model(inputs)
        target = (1 - alpha) * truth + alpha * rows
        loss = -(target * logits.log_softmax(1)).sum() / BATCH
        rows = logits.detach().softmax(1)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= RATE * parameter.grad
    tensors |= {f"end/a/{k}": v.clone() for k, v in model.state_dict().items()}
    fixture.case(f"refined/{name}", tensors, steps=steps, weight=weight)


def mean_teacher(fixture, name, steps, decay, averaged, weight):
    """Mean teacher (Tarvainen and Valpola 2017): the loss compares with the moving average of the
    weights, whose running moments are its own passes', or are averaged too."""
    numbers = Numbers(f"mean teacher {name}")
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    model = small_net(numbers)
    average = copy.deepcopy(model)
    tensors = {"pixels": pixels, "labels": labels}
    tensors |= {f"begin/a/{k}": v.clone() for k, v in model.state_dict().items()}
    model.train()
    average.train()
    for step in range(steps):
        logits = model(inputs)
        with torch.no_grad():
            moments = [buffer.clone() for buffer in average.buffers()]
            target = average(inputs).softmax(1)
            if averaged:
                for buffer, before in zip(average.buffers(), moments):
                    buffer.copy_(before)
        loss = F.cross_entropy(logits, labels) + weight * F.mse_loss(logits.softmax(1), target)
        model.zero_grad()
        loss.backward()
        keep = min(1 - 1 / (step + 2), decay)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= RATE * parameter.grad
            pairs = list(zip(average.parameters(), model.parameters()))
            if averaged:
                pairs += zip(average.buffers(), model.buffers())
            for kept, now in pairs:
                # Counters of batches are taken over.
                kept.copy_(kept * keep + now * (1 - keep) if now.is_floating_point() else now)
    tensors |= {f"end/a/{k}": v.clone() for k, v in model.state_dict().items()}
    tensors |= {f"average/a/{k}": v.clone() for k, v in average.state_dict().items()}
    fixture.case(
        f"mean-teacher/{name}", tensors, steps=steps, decay=decay, weight=weight,
        moments="averaged" if averaged else "own")


def class_wise(fixture, name, steps, weight, temperature):
    """CS-KD (Yun et al. 2020): the responses to a partner of the same class, drawn as the program
    draws it. Samples 0 and 3, 1 and 4, 2 and 5 are of a class; a step takes all, in an order."""
    numbers = Numbers(f"class-wise {name}")
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    model = small_net(numbers)
    tensors = {"pixels": pixels, "labels": labels}
    tensors |= {f"begin/a/{k}": v.clone() for k, v in model.state_dict().items()}
    model.train()
    for step in range(steps):
        order = Key.of_seed(5).child("sampler", "common", step).shuffled(range(BATCH))
        key = Key.of_seed(9).child("a", "step", step, "partner")
        partners = [
            [sample % CLASSES, sample % CLASSES + CLASSES][key.integer(2, row)]
            for row, sample in enumerate(order.tolist())]
        buffers = [buffer.clone() for buffer in model.buffers()]
        with torch.no_grad():
            other = model(inputs[partners])
            for buffer, before in zip(model.buffers(), buffers):
                buffer.copy_(before)
        logits = model(inputs[order.tolist()])
        divergence = F.kl_div(
            F.log_softmax(logits / temperature, 1), F.softmax(other / temperature, 1),
            reduction="batchmean")
        loss = F.cross_entropy(logits, labels[order.tolist()])
        loss = loss + weight * temperature**2 * divergence
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= RATE * parameter.grad
    tensors |= {f"end/a/{k}": v.clone() for k, v in model.state_dict().items()}
    fixture.case(
        f"class-wise/{name}", tensors, steps=steps, weight=weight, temperature=temperature)


def language(fixture, name, steps, weight, temperature, lengths):
    """Two decoders that predict tokens and teach one another (Zhang et al. 2018), of sequences that
    end before their last position: there they learn nothing."""
    numbers = Numbers(f"language {name}")
    tokens = torch.randint(CLASSES, (BATCH, 1, 1, 6), generator=numbers.generator)
    labels = tokens[..., 1:].flatten(1).clone()
    for sample, length in zip(labels, lengths):
        sample[length:] = -1
    labels, inputs = labels.flatten(), tokens[..., :-1]
    learners = {
        key: initialize(
            make("gpt", (1, 1, 5), CLASSES, dimension=8, layers=layers, heads=2, hidden=12),
            numbers.generator).double()
        for key, layers in [("a", 1), ("b", 2)]}
    tensors = {"pixels": inputs.clone(), "labels": labels}
    for key, model in learners.items():
        tensors |= {f"begin/{key}/{k}": v.clone() for k, v in model.state_dict().items()}
    counted = labels >= 0
    for _ in range(steps):
        logits = {key: model(inputs) for key, model in learners.items()}
        for key, other in [("a", "b"), ("b", "a")]:
            divergence = F.kl_div(
                F.log_softmax(logits[key][counted] / temperature, 1),
                F.softmax(logits[other][counted].detach() / temperature, 1),
                reduction="batchmean")
            loss = F.cross_entropy(logits[key], labels, ignore_index=-1)
            learners[key].zero_grad()
            (loss + weight * temperature**2 * divergence).backward()
        with torch.no_grad():
            for model in learners.values():
                for parameter in model.parameters():
                    parameter -= RATE * parameter.grad
    for key, model in learners.items():
        tensors |= {f"end/{key}/{k}": v.clone() for k, v in model.state_dict().items()}
    fixture.case(
        f"language/{name}", tensors, steps=steps, weight=weight, temperature=temperature)


def cohorts():
    fixture = Fixture()
    codistill(fixture, "after-a-burn-in", steps=20, every=3, burn=4, weight=1.0)
    codistill(fixture, "at-once-and-seldom", steps=20, every=7, burn=0, weight=0.5)
    refined(fixture, "usual", steps=12, weight=0.8)
    refined(fixture, "wholly", steps=9, weight=1.0)
    mean_teacher(fixture, "own-moments", steps=8, decay=0.8, averaged=False, weight=3.0)
    mean_teacher(fixture, "averaged-moments", steps=8, decay=0.6, averaged=True, weight=1.0)
    class_wise(fixture, "usual", steps=8, weight=1.0, temperature=4.0)
    class_wise(fixture, "sharp", steps=6, weight=3.0, temperature=1.0)
    language(fixture, "whole", steps=12, weight=1.0, temperature=1.0, lengths=[5] * BATCH)
    language(
        fixture, "padded", steps=12, weight=2.0, temperature=2.0, lengths=[5, 3, 1, 5, 2, 4])
    return fixture
