"""Whole models: logits, loss, every gradient, one optimiser step, and a short training run."""

import copy
import json
from math import prod

import torch
from torch.nn import functional as F
from torch.optim import SGD

from fixture import Fixture, Numbers
from models import initialize, make, reads_tokens

SHAPE, CLASSES, BATCH = (2, 10, 8), 5, 6
# What ImageNet's stem leaves of them has odd sizes, and pixels enough for batch norms.
LARGE = (2, 77, 70)
KEPT = 64
DATA_SETS = [((1, 8, 8), 10), ((1, 28, 28), 10), ((3, 32, 32), 10), ((3, 32, 32), 100)]

MODELS = {
    "mlp": dict(hidden=(24, 16)),
    "tabular-resnet": dict(width=8, blocks=2, hidden=12),
    "lenet": dict(channels=(6, 8), hidden=20),
    "plain-cnn": dict(depth=4),
    "resnet8": {},
    "resnet8-imagenet": dict(width=4, stem="imagenet"),
    "resnet18": dict(width=4),
    "resnet18-small": dict(width=2, stem="small"),
    "resnet50": dict(width=4, stem="small"),
    "wrn-10-1": dict(width=8),
    "mobilenet": dict(width=4),
    "vgg8": dict(width=4),
    "vgg13": dict(width=4),
    "shufflenet": dict(width=8, last=16),
    "shufflenet-imagenet": dict(width=8, last=16, stem="imagenet"),
    "searched": dict(blocks=("4/2 mb3k3 conv3", "6 mb3k5 mb3k3", "6/2 sep5 skip", "8 skip")),
    "transformer": dict(dimension=8, heads=2, hidden=12, tokens=11),
    "text-cnn": dict(dimension=6, filters=5, tokens=11),
    "gpt": dict(dimension=8, layers=2, heads=2, hidden=12, tokens=CLASSES),
    "gpt-rotary": dict(
        dimension=8, layers=2, heads=2, tokens=11, positions="rotary", tied=False),
    "transformer-padded": dict(dimension=8, heads=2, hidden=12, tokens=11, padding=0),
    "text-cnn-padded": dict(dimension=6, filters=5, tokens=11, padding=0),
}
# What a case's name may have behind the model's.
SUFFIXES = ("-padded", "-imagenet", "-small", "-branches", "-averaged", "-rescaled", "-rotary")
# How many tokens the samples of padded models have: none, fewer than a window, all.
LENGTHS = [SHAPE[0] * SHAPE[1] * SHAPE[2], 37, 4, 2, 0, 90]


# Of models with early exits or branches.
EXITS = {
    "resnet8": dict(width=4),
    "resnet8-branches": dict(width=4, branches=3, exits=False),
    "wrn-10-1": dict(width=4),
    "mobilenet": dict(width=2),
    "vgg8": dict(width=2),
    "transformer": dict(dimension=8, heads=2, hidden=12, layers=3, tokens=11),
}

# Of models whose branches have no gate, and divide the gradient below them.
BRANCHES = {
    "resnet8-averaged": dict(width=4, branches=3, gate=False, exits=False),
    "resnet8-rescaled": dict(width=4, branches=3, gate=False, rescale=True, exits=False),
}


def keep(tensors, prefix, state):
    """Of each tensor its norm and at most KEPT evenly spaced entries."""
    for name, tensor in state.items():
        if tensor.dtype == torch.int64:
            tensors[f"{prefix}.count/{name}"] = tensor
            continue
        flat = tensor.flatten()
        tensors[f"{prefix}.norm/{name}"] = flat.norm()
        tensors[f"{prefix}/{name}"] = flat[:: max(1, -(-flat.numel() // KEPT))]


def write(value):
    return ",".join(map(str, value)) if isinstance(value, tuple) else value


def plain(name):
    """The name of a case's model."""
    for suffix in SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def shape_for(name):
    return LARGE if name == "resnet18" or name.endswith("-imagenet") else SHAPE


def inputs_for(name, numbers):
    if reads_tokens(name):
        return tokens_for(name, numbers)
    return numbers.normal(BATCH, *shape_for(name))


def tokens_for(name, numbers):
    """Random tokens; of a padded model with padding behind the end of each sample, and in it."""
    tokens = numbers.tokens(BATCH, *SHAPE, vocabulary=MODELS[name]["tokens"])
    if "padding" in MODELS[name]:
        for sample, length in zip(tokens, LENGTHS):
            sample.view(-1)[length:] = MODELS[name]["padding"]
    return tokens


def whole_model(name):
    """One step of SGD with everything on, from a given state and batch, in float64."""
    options = MODELS[name]
    numbers = Numbers(name)
    model = initialize(
        make(plain(name), shape_for(name), CLASSES, **options), numbers.generator).double()
    tensors = {f"state/{key}": value.clone() for key, value in model.state_dict().items()}
    rows = BATCH * prod(SHAPE) if plain(name) == "gpt" else BATCH
    inputs, labels = inputs_for(name, numbers), numbers.labels(rows, CLASSES)
    tensors |= {"input": inputs, "labels": labels}
    single = copy.deepcopy(model).float()

    model.eval()
    tensors["evaluation.logits"] = model(inputs)
    model.train()
    optimizer = SGD(model.parameters(), 0.1, 0.9, 0, 5e-4, True)
    logits = model(inputs)
    loss = F.cross_entropy(logits, labels)
    loss.backward()
    tensors |= {"logits": logits, "loss": loss}
    tensors |= {f"gradient/{key}": value.grad for key, value in model.named_parameters()}
    tensors |= rounding(model, single, inputs, labels)
    optimizer.step()
    keep(tensors, "stepped", model.state_dict())

    fixture = Fixture()
    fixture.case(
        name, tensors, classes=CLASSES, rate=0.1, momentum=0.9, decay=5e-4, nesterov=1,
        **{key: write(value) for key, value in options.items()})
    if name == "resnet8":
        short_run(fixture, model, optimizer, numbers)
    return fixture


def rounding(model, single, inputs, labels):
    """How far PyTorch's own gradients in float32 are from those in float64: Euclidean distances."""
    F.cross_entropy(single(inputs.float()), labels).backward()
    return {
        f"rounding/{key}": (value.grad - other.grad.double()).norm()
        for (key, value), other in zip(model.named_parameters(), single.parameters())}


def short_run(fixture, model, optimizer, numbers):
    """Nine more steps on new batches: the losses, and the state at the end."""
    inputs, labels, losses = [], [], []
    for _ in range(9):
        inputs.append(numbers.normal(BATCH, *SHAPE))
        labels.append(numbers.labels(BATCH, CLASSES))
        optimizer.zero_grad()
        loss = F.cross_entropy(model(inputs[-1]), labels[-1])
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    tensors = {
        "inputs": torch.stack(inputs), "labels": torch.stack(labels),
        "losses": torch.stack(losses)}
    keep(tensors, "final", model.state_dict())
    fixture.case("run", tensors)


def exits(models):
    """Models with exits or branches: the logits of all, the gradient of the sum of their losses."""
    fixture = Fixture()
    for name, options in models.items():
        numbers = Numbers(f"exits {name}")
        model = make(plain(name), SHAPE, CLASSES, **{"exits": True} | options)
        model = initialize(model, numbers.generator).double()
        tensors = {f"state/{key}": value.clone() for key, value in model.state_dict().items()}
        inputs, labels = inputs_for(name, numbers), numbers.labels(BATCH, CLASSES)
        single = copy.deepcopy(model).float()
        tensors |= {"input": inputs, "labels": labels}
        model.eval()
        tensors |= {f"evaluation/{key}": value for key, value in logits_of(model, inputs).items()}
        model.train()
        summed_loss(model, inputs, labels).backward()
        summed_loss(single.train(), inputs.float(), labels).backward()
        pairs = zip(model.named_parameters(), single.parameters())
        for (key, value), other in pairs:
            tensors[f"gradient/{key}"] = value.grad
            tensors[f"rounding/{key}"] = (value.grad - other.grad.double()).norm()
        options = {key: write(value) for key, value in options.items()}
        fixture.case(name, tensors, classes=CLASSES, **options)
    return fixture


def logits_of(model, inputs):
    found = model.outputs(inputs)
    return {key: value for key, value in found.items() if not key.endswith("features")}


def summed_loss(model, inputs, labels):
    return sum(F.cross_entropy(logits, labels) for logits in logits_of(model, inputs).values())


def parameter_counts():
    """How many numbers each named model learns, at the shapes of the data sets."""
    names = ["mlp", "lenet", "tabular-resnet"]
    names += [f"resnet{depth}" for depth in (8, 14, 20, 32, 56, 110, 18, 34, 50, 101)]
    names += ["wrn-10-1", "wrn-16-1", "wrn-16-2", "wrn-28-2", "wrn-40-1", "wrn-40-2"]
    names += ["mobilenet", "vgg8", "vgg13", "shufflenet", "transformer", "text-cnn"]
    tables = {}
    for shape, classes in DATA_SETS:
        models = {name: make(name, shape, classes) for name in names}
        for depth in (2, 4, 6, 8, 10):
            models[f"plain-cnn depth={depth}"] = make("plain-cnn", shape, classes, depth=depth)
        key = "x".join(map(str, shape)) + f" {classes}"
        tables[key] = {
            name: sum(p.numel() for p in model.parameters()) for name, model in models.items()}
    return json.dumps(tables, indent=1, ensure_ascii=False) + "\n"
