"""Trajectories of optimisers under prescribed gradients, schedules, and clipping."""

import warnings

import torch
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import (
    CosineAnnealingLR, LambdaLR, LinearLR, MultiStepLR, OneCycleLR, PolynomialLR, SequentialLR,
    StepLR)

from fixture import Fixture, Numbers

STEPS = 10

SGD_CASES = {
    "plain": dict(rate=0.1),
    "momentum": dict(rate=0.1, momentum=0.9),
    "nesterov": dict(rate=0.05, momentum=0.9, nesterov=True),
    "decay": dict(rate=0.1, decay=0.05),
    "all": dict(rate=0.1, momentum=0.9, nesterov=True, decay=0.01),
    "heavy": dict(rate=0.1, momentum=0.9, decay=0.01, falling=True),
}
ADAMW_CASES = {
    "default": dict(rate=0.001),
    "decay": dict(rate=0.01, decay=0.1),
    "betas": dict(rate=0.01, beta1=0.8, beta2=0.95, epsilon=1e-4, decay=0.05),
    "falling": dict(rate=0.02, decay=0.01, falling=True),
}


def rate_at(step, rate, falling):
    return rate / (1 + step) if falling else rate


def trajectory(fixture, name, make, options):
    """The parameter after each of ten steps; with `falling`, step s uses rate / (1 + s)."""
    numbers = Numbers(name)
    parameter = numbers.normal(13).requires_grad_()
    optimizer = make(parameter)
    start, gradients, path = parameter.detach().clone(), [], []
    for step in range(STEPS):
        gradients.append(numbers.normal(13))
        parameter.grad = gradients[-1].clone()
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, options["rate"], options.get("falling"))
        optimizer.step()
        path.append(parameter.detach().clone())
    options = {key: int(value) if value is True else value for key, value in options.items()}
    fixture.case(
        name,
        {"start": start, "gradients": torch.stack(gradients), "parameters": torch.stack(path)},
        **options)


def optimizers(fixture):
    for name, options in SGD_CASES.items():
        trajectory(
            fixture, f"sgd/{name}",
            lambda parameter: SGD(
                [parameter], options["rate"], options.get("momentum", 0), 0,
                options.get("decay", 0), options.get("nesterov", False)),
            options)
    for name, options in ADAMW_CASES.items():
        trajectory(
            fixture, f"adamw/{name}",
            lambda parameter: AdamW(
                [parameter], options["rate"],
                (options.get("beta1", 0.9), options.get("beta2", 0.999)),
                options.get("epsilon", 1e-8), options.get("decay", 0.01)),
            options)


def schedule(fixture, name, steps, make, warmup=0, **options):
    """The factor on the base rate at each step; a warm-up rises linearly to 1 at its last step."""
    optimizer = SGD([torch.zeros(1).double()], 1.0)
    after = make(optimizer)
    if warmup:
        rise = LinearLR(optimizer, 1 / warmup, 1.0, max(warmup - 1, 1)) if warmup > 1 else (
            LambdaLR(optimizer, lambda step: 1.0))
        after = SequentialLR(optimizer, [rise, after], [warmup])
    factors = []
    for _ in range(steps):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        after.step()
    fixture.case(
        f"schedule/{name}", {"factors": torch.tensor(factors).double()}, steps=steps,
        warmup=warmup, **options)


def schedules(fixture):
    warnings.filterwarnings("ignore", module="torch.optim.lr_scheduler")
    schedule(fixture, "constant", 20, lambda o: LambdaLR(o, lambda step: 1.0))
    schedule(fixture, "constant-warmup", 20, lambda o: LambdaLR(o, lambda step: 1.0), warmup=6)
    schedule(fixture, "cosine", 40, lambda o: CosineAnnealingLR(o, 40))
    schedule(fixture, "cosine-floor", 40, lambda o: CosineAnnealingLR(o, 40, 0.05), floor=0.05)
    schedule(fixture, "cosine-warmup", 40, lambda o: CosineAnnealingLR(o, 30), warmup=10)
    schedule(fixture, "cosine-warmup-1", 12, lambda o: CosineAnnealingLR(o, 11), warmup=1)
    schedule(
        fixture, "step-at", 40, lambda o: MultiStepLR(o, [20, 30], 0.1), at="20,30", factor=0.1)
    for power in [1.0, 0.9, 2.0]:
        schedule(
            fixture, f"polynomial-{power}", 40, lambda o: PolynomialLR(o, 40, power), power=power)
    schedule(
        fixture, "polynomial-warmup", 40, lambda o: PolynomialLR(o, 30, 2.0), warmup=10, power=2.0)
    schedule(
        fixture, "one-cycle", 40, lambda o: OneCycleLR(o, 1.0, 40, cycle_momentum=False), rise=0.3)
    schedule(
        fixture, "one-cycle-options", 50,
        lambda o: OneCycleLR(
            o, 1.0, 50, pct_start=0.5, div_factor=10, final_div_factor=100, cycle_momentum=False),
        rise=25, start=0.1, end=0.001)
    schedule(fixture, "step-every", 40, lambda o: StepLR(o, 15, 0.5), every=15, factor=0.5)


def clipping(fixture):
    """One norm over all parameters, of however many tensors."""
    for name, limit, sizes in [
            ("clipped", 1.0, [29]), ("kept", 100.0, [29]), ("of-three", 1.0, [29, 5, 64])]:
        numbers = Numbers(f"clip/{name}")
        gradients = [numbers.normal(size) for size in sizes]
        parameters = [torch.zeros_like(g).requires_grad_() for g in gradients]
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.clone()
        norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
        tensors = {f"gradient/{index}": g for index, g in enumerate(gradients)}
        tensors |= {f"clipped/{index}": p.grad for index, p in enumerate(parameters)}
        fixture.case(f"clip/{name}", tensors | {"norm": norm}, limit=limit)


def training_rules():
    fixture = Fixture()
    for add in [optimizers, schedules, clipping]:
        add(fixture)
    return fixture
