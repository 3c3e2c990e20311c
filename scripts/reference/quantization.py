"""Quantisation to a few bits: single tensors, and whole models with every layer quantised."""

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD

from fixture import Fixture, Numbers
from models import initialize, make
from operations import differentiate
from training import BATCH, CLASSES, SHAPE, keep, write

ENDS = 8
# Keeps the extremes within the levels, whatever is rounded.
UP = 1 + 2.0**-23
# name: model, its options, its first and last layers, method, bits of weights and activations
QUANTISED = {
    "lsq-mlp": ("mlp", dict(hidden=(24, 16)), ("fc1", "fc3"), "lsq", 4, 8),
    "lsq-resnet8": ("resnet8", dict(width=4), ("conv1", "fc"), "lsq", 3, 5),
    "lsq-mobilenet": ("mobilenet", dict(width=4), ("features.0.0", "classifier"), "lsq", 4, 8),
    "lsq-weights-resnet8": ("resnet8", dict(width=4), ("conv1", "fc"), "lsq", 2, 32),
    "minmax-resnet8": ("resnet8", dict(width=4), ("conv1", "fc"), "minmax", 4, 8),
    "minmax-plain-cnn": (
        "plain-cnn", dict(depth=2), ("conv_layers.0", "fc_layers.0"), "minmax", 6, 6),
    "dorefa-resnet8": ("resnet8", dict(width=4), ("conv1", "fc"), "dorefa", 4, 6),
}


def rounded(x):
    """Rounding that passes the gradient through."""
    return x + (x.round() - x).detach()


def by_row(scale, like):
    return scale if scale.numel() == 1 else scale.reshape(-1, *[1] * (like.dim() - 1))


def levels(x, scale, lowest, highest, factor=1.0):
    """LSQ's quantiser; the gradient in the scale is multiplied by a factor."""
    scale = (scale - scale * factor).detach() + scale * factor
    scale = by_row(scale, x)
    return rounded((x / scale).clamp(lowest, highest)) * scale


def dorefa_weight(weight, bits):
    steps = 2**bits - 1
    unit = weight.tanh()
    unit = unit / (2 * unit.abs().max()) + 0.5
    return 2 * rounded(unit * steps) / steps - 1


def single(fixture):
    """Tensors without elements near a boundary, on which float32 might fall to the other side."""
    cases = {
        "levels/rows": ((4, 3, 3, 3), 4, -8, 7, 0.3),
        "levels/tensor": ((3, 5, 4, 4), 1, -4, 3, 0.05),
        "levels/unsigned": ((2, 6, 5), 1, 0, 15, 1.0),
        "levels/asymmetric": ((40,), 1, -3, 12, 0.7),
    }
    for name, (shape, rows, lowest, highest, factor) in cases.items():
        numbers = Numbers(name)
        scale = numbers.positive(rows) * 2 / (highest - lowest)
        x = numbers.normal(*shape)
        ratio = x / by_row(scale, x)
        near = (ratio - ratio.floor() - 0.5).abs() < 1e-3
        near |= ((ratio - lowest).abs() < 1e-3) | ((ratio - highest).abs() < 1e-3)
        x = torch.where(near, x + 0.01 * by_row(scale, x), x).float().double()
        differentiate(
            fixture, name,
            lambda input, scale: levels(input, scale, lowest, highest, factor),
            {"input": x, "scale": scale}, lowest=lowest, highest=highest, factor=factor)
    for bits in (2, 4, 7):
        name = f"hyperbolic/{bits}"
        differentiate(
            fixture, name, lambda input: dorefa_weight(input, bits),
            {"input": Numbers(name).normal(6, 3, 3, 3)}, bits=bits)


class Layer:
    """What stands before the weight and the input of one module."""

    def __init__(self, module, method, weight_bits, input_bits):
        self.module, self.method = module, method
        self.weight_bits, self.input_bits = weight_bits, input_bits
        with torch.no_grad():
            if method == "lsq" and weight_bits < 32:
                rows = module.weight.detach().flatten(1).abs().mean(1)
                scale = 2 * rows / (2 ** (weight_bits - 1) - 1) ** 0.5
                module.weight_scale = nn.Parameter(scale.float().double())
            if method == "lsq" and input_bits < 32:
                module.input_scale = nn.Parameter(torch.zeros(1).double())
            if method == "minmax" and input_bits < 32:
                for key in ("input_min", "input_max"):
                    module.register_buffer(key, torch.zeros(()).double())
                module.register_buffer("input_batches", torch.zeros((), dtype=torch.int64))

    def weight(self):
        weight, bits = self.module.weight, self.weight_bits
        if bits == 32:
            return weight
        if self.method == "lsq":
            highest = 2 ** (bits - 1) - 1
            factor = 1 / (weight[0].numel() * highest) ** 0.5
            return levels(weight, self.module.weight_scale, -highest - 1, highest, factor)
        if self.method == "dorefa":
            return dorefa_weight(weight, bits)
        most = 2 ** (bits - 1) - 1
        scale = weight.detach().flatten(1).abs().amax(1) / most * UP
        return levels(weight, scale, -most, most)

    def input(self, x):
        bits, module = self.input_bits, self.module
        if bits == 32:
            return x
        is_signed = bool(x.min() < 0)
        most = 2 ** (bits - 1) - 1 if is_signed else 2**bits - 1
        if self.method == "dorefa":
            return levels(x, torch.tensor(1 / most).double(), -most if is_signed else 0, most)
        if self.method == "lsq":
            if module.input_scale.item() == 0:
                module.input_scale.data.fill_(2 * x.abs().mean().item() / most**0.5)
            factor = 1 / (x[0].numel() * most) ** 0.5
            return levels(
                x, module.input_scale, -most - 1 if is_signed else 0, most, factor)
        if module.training:
            first = module.input_batches == 0
            for key, found in (("input_min", x.min()), ("input_max", x.max())):
                old = getattr(module, key)
                setattr(module, key, (found if first else 0.99 * old + 0.01 * found).detach())
            module.input_batches += 1
        most = 2**bits - 1
        lowest, highest = module.input_min.clamp(max=0), module.input_max.clamp(min=0)
        scale = (highest - lowest) / most * UP
        zero = round((-lowest / scale).item())
        return levels(x, scale, -zero, most - zero)

    def forward(self, x):
        module, x, weight = self.module, self.input(x), self.weight()
        if isinstance(module, nn.Conv2d):
            return F.conv2d(
                x, weight, module.bias, module.stride, module.padding, groups=module.groups)
        return F.linear(x, weight, module.bias)


def quantise(model, ends, method, weights, activations):
    """Replaces what every convolution and linear layer computes."""
    for name, module in model.named_modules():
        if not isinstance(module, (nn.Conv2d, nn.Linear)):
            continue
        is_end = name in ends
        own = "minmax" if method == "dorefa" and is_end else method
        layer = Layer(
            module, own, ENDS if is_end and weights < 32 else weights,
            ENDS if is_end and activations < 32 else activations)
        module.forward = layer.forward
    return model


def quantised_model(name):
    """A step of SGD that starts the scales, the evaluation after it, and a second step."""
    model_name, options, ends, method, weights, activations = QUANTISED[name]
    numbers = Numbers(f"quantised {name}")
    model = initialize(
        make(model_name, SHAPE, CLASSES, **options), numbers.generator).double()
    quantise(model, ends, method, weights, activations)
    tensors = {f"state/{key}": value.clone() for key, value in model.state_dict().items()}
    optimizer = None
    for step in ("first", "second"):
        inputs, labels = numbers.normal(BATCH, *SHAPE), numbers.labels(BATCH, CLASSES)
        tensors |= {f"{step}.input": inputs, f"{step}.labels": labels}
        model.train()
        optimizer = optimizer or SGD(model.parameters(), 0.05, 0.9, 0, 5e-4, True)
        optimizer.zero_grad()
        logits = model(inputs)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        tensors |= {f"{step}.logits": logits, f"{step}.loss": loss}
        tensors |= {
            f"{step}.gradient/{key}": value.grad for key, value in model.named_parameters()}
        optimizer.step()
        state = {key: value.clone() for key, value in model.state_dict().items()}
        keep(tensors, f"{step}.stepped", state)
    model.eval()
    tensors["evaluation.logits"] = model(inputs)
    fixture = Fixture()
    fixture.case(
        name, tensors, classes=CLASSES, rate=0.05, momentum=0.9, decay=5e-4, model=model_name,
        method=method, weights=weights, activations=activations,
        **{key: write(value) for key, value in options.items()})
    return fixture


def quantisation():
    """Every case in one file."""
    fixture = Fixture()
    single(fixture)
    for name in QUANTISED:
        own = quantised_model(name)
        fixture.tensors |= own.tensors
        fixture.metadata |= own.metadata
    return fixture
