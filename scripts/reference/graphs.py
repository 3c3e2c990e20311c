"""The losses of graphs: of instances (IRG), written from the authors' layers in Caffe, and of
multi-head attention (MHGD), written from the authors' nets/Relation.py.

`BatchEuclideanMap` and `BatchEuclideanVector` divide by the maximum, which their backward passes
take for a constant; `EuclideanLoss` is half the sum of squares. The gradient is the whole one: that
of `BatchEuclideanMap` leaves the second index of a pair out.
"""

import math

import torch
from torch.nn import functional as F

from distillation import SHAPES, add
from fixture import Fixture, Numbers


def pooled(x):
    return x.mean((2, 3)) if x.dim() == 4 else x


def vertices(t, s, case):
    return sum((a - b) @ (a - b) for a, b in zip(t, s)) / (2 * len(t))


def edges(t, s, case):
    def graph(x):
        x = pooled(x)
        squares = torch.stack([(a - b) @ (a - b) for a in x for b in x])
        return squares / squares.max().detach()

    return (graph(t) - graph(s)).pow(2).sum() / (2 * len(t))


def transformation(t, s, case):
    def moves(x):
        first, second = [pooled(a) for a in x]
        squares = (second - first).pow(2).sum(1)
        return squares / squares.max().detach()

    return (moves(t) - moves(s)).pow(2).sum() / (2 * len(t[0]))


def singular_vectors(x, count=4):
    """The right singular vectors of each sample's map H·W×C, N×4×C, by PyTorch's decomposition;
    zero where there are fewer. The elements of each add up to no negative number."""
    x = x[:, :, None, None] if x.dim() == 2 else x
    rows = x.flatten(2).transpose(1, 2)
    s, v = torch.linalg.svd(rows, full_matrices=False)[1:]
    v = v * torch.where(v.sum(2, keepdim=True) < 0, -1.0, 1.0).detach()
    v = v * (s[:, :, None] > 1e-3 * s[:, :1, None])
    v = v[:, :count]
    return torch.cat([v, v.new_zeros(len(v), count - v.shape[1], v.shape[2])], 1)


def attention(x, y, p, name, heads, frozen):
    """Attention_head of the authors' nets/Relation.py, with heads before the width."""
    def side(z, part):
        z = F.linear(z, p[f"{name}.{part}.fc.weight"], p[f"{name}.{part}.fc.bias"])
        mean, variance = (torch.zeros(z.shape[1]).double(), torch.ones(z.shape[1]).double()
                          ) if frozen else (None, None)
        z = F.batch_norm(z, mean, variance, p[f"{name}.{part}.bn.weight"],
                         p[f"{name}.{part}.bn.bias"], training=not frozen)
        return z.reshape(len(z), heads, -1).transpose(0, 1)

    return side(y, "sender") @ side(x, "receiver").transpose(1, 2)


def estimator(x, y, scores, p, name):
    """Estimator of the authors' code without its dropout, and its loss."""
    z = F.linear(x, p[f"{name}.message.fc.weight"], p[f"{name}.message.fc.bias"])
    z = F.relu(F.batch_norm(z, None, None, p[f"{name}.message.bn.weight"],
                            p[f"{name}.message.bn.bias"], training=True))
    z = (scores.softmax(2) @ z).transpose(0, 1).flatten(1)
    z = F.normalize(F.linear(z, p[f"{name}.estimate.weight"], p[f"{name}.estimate.bias"]), dim=1)
    return (1 - (z * y).sum(1)).mean()


def multi_head(t, s, case):
    """Lee and Song 2019: what the attention minimises while it learns, or what the student does."""
    p, heads, warmup = case["parameters"], case["heads"], case["warmup"]
    teacher, student = [[singular_vectors(x) for x in side] for side in (t, s)]
    fixed = [v[:, 0].detach() for v in teacher]
    own = []
    for v, w in zip(student, fixed):
        cosines = (v @ w[:, :, None]).squeeze(2).detach()
        best = cosines.abs().argmax(1)
        rows = torch.arange(len(v))
        own.append(v[rows, best] * cosines[rows, best].sign()[:, None])
    total = 0
    for level in range(len(own) - 1):
        name = f"graphs.{level}"
        pair, aim = own[level:level + 2], fixed[level:level + 2]
        if case["epoch"] < warmup:
            scores = attention(*aim, p, name, heads, False)
            total = total + estimator(*aim, scores, p, name)
            continue
        g, h = [attention(*side, p, name, heads, True).tanh().log_softmax(2)
                for side in (pair, aim)]
        first, second = (g, h) if case["divergence"] == "reverse" else (h, g)
        total = total + (first.exp() * (first - second)).sum() / len(pair[0])
    ramp = 1 / (1 + math.exp(warmup - case["epoch"])) if case["epoch"] >= warmup else 1
    return total * ramp


def multi_heads(fixture):
    """Both phases, maps of little and of full rank, and more channels than the block has. No
    eigenvalues lie closer than a thousandth of the largest, where the gradient is bounded."""
    for title, sizes in {
            "small": [(4, 3, 3), (6, 2, 2)], "vectors": [(5, 4, 4), (6,), (4,)],
            "wide": [(12, 5, 5), (14, 4, 3)]}.items():
        for epoch, divergence in [(1, "reverse"), (2, "reverse"), (5, "forward")]:
            multi_head_case(fixture, title, sizes, epoch, divergence)


def multi_head_case(fixture, title, sizes, epoch, divergence, heads=3, warmup=2):
    numbers = Numbers(f"mhgd {title} {epoch} {divergence}")
    sides = [[maps(numbers, 5, *size) for size in sizes] for _ in range(2)]
    parameters = {}
    for level, ((one, *_), (other, *_)) in enumerate(zip(sizes, sizes[1:])):
        middle = (one + other) // 2
        for part, inputs, outputs in [("sender", other, middle * heads),
                                      ("receiver", one, middle * heads), ("message", one, middle)]:
            name = f"graphs.{level}.{part}"
            parameters |= {
                f"{name}.fc.weight": numbers.normal(outputs, inputs, scale=0.5),
                f"{name}.fc.bias": numbers.normal(outputs, scale=0.5),
                f"{name}.bn.weight": numbers.positive(outputs),
                f"{name}.bn.bias": numbers.normal(outputs, scale=0.5)}
        name = f"graphs.{level}.estimate"
        parameters |= {f"{name}.weight": numbers.normal(other, middle * heads, scale=0.5),
                       f"{name}.bias": numbers.normal(other, scale=0.5)}
    case = {"heads": heads, "warmup": warmup, "divergence": divergence, "epoch": epoch,
            "parameters": {k: v.clone().requires_grad_() for k, v in parameters.items()}}
    leaves = [x.clone().requires_grad_() for x in sides[1]]
    value = multi_head(sides[0], leaves, case)
    value.backward()
    tensors = {"value": value}
    for place, (s, t, leaf) in enumerate(zip(sides[1], sides[0], leaves)):
        tensors |= {f"student/{place}": s, f"teacher/{place}": t}
        if leaf.grad is not None:
            tensors[f"gradient/{place}"] = leaf.grad
    for key, tensor in case["parameters"].items():
        tensors[f"parameter/{key}"] = tensor
        if epoch < warmup:
            tensors[f"learned/{key}"] = tensor.grad
    settings = {"heads": heads, "warmup": warmup, "levels": len(sizes), "divergence": divergence}
    fixture.case(f"loss/mhgd/{title}-{epoch}-{divergence}", tensors, epoch=epoch,
                 **{f"set.{key}": value for key, value in settings.items()})


def maps(numbers, count, *shape):
    """Maps whose singular values fall fast, as those behind a ReLU do."""
    if len(shape) == 1:
        return numbers.normal(count, *shape)
    channels, *area = shape
    left = numbers.normal(count, channels, channels)
    right = numbers.normal(count, channels, area[0] * area[1])
    falling = 0.7 ** torch.arange(channels).double()
    return (left * falling @ right).float().double().reshape(count, *shape)


def graphs():
    fixture = Fixture()
    for scale in [1, 1e3, 1e-3]:
        numbers = Numbers(f"vertices {scale}")
        sides = [[numbers.normal(6, 10, scale=scale)] for _ in range(2)]
        add(fixture, f"loss/irg-vertices/{scale:g}", vertices, *sides, temperature=4.0)
    for name, function, taps in [
            ("irg-edges", edges, 1), ("irg-transformation", transformation, 2)]:
        for variant, scale in [("usual", 1), ("larger", 1), ("smaller", 1), ("usual", 1e6),
                               ("usual", 1e-3)]:
            numbers = Numbers(f"{name} {variant}")
            sides = [[numbers.normal(5, *shape, scale=scale) for _ in range(taps)]
                     for shape in SHAPES[variant]]
            add(fixture, f"loss/{name}/{variant}-{scale:g}", function, *sides)
        numbers = Numbers(f"{name} vectors")
        sides = [[numbers.normal(6, width) for _ in range(taps)] for width in (7, 4)]
        add(fixture, f"loss/{name}/vectors", function, *sides)
    multi_heads(fixture)
    return fixture
