"""The attention of diverse peers (OKDDip, Chen et al. 2020), written from the authors' code.

    a = softmax_b(W_q h_0 · W_k h_b),  t = Σ_b a_b z_b,  T² KL(softmax(t/T) ‖ softmax(z_0/T))

The logits in the target are constants, the attention is not. Member 0 is the learner.
"""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def peers():
    fixture = Fixture()
    for teachers in [1, 2, 3]:
        for mix in ["logits", "probabilities"]:
            case(fixture, f"peers/{mix}-{teachers}", mix, [6] * (teachers + 1))
    case(fixture, "peers/widths", "logits", [6, 9, 6, 4])
    case(fixture, "peers/cold", "probabilities", [6, 6], temperature=1.0)
    ensembles(fixture)
    contrasts(fixture)
    return fixture


def case(fixture, name, mix, widths, samples=5, classes=4, size=3, temperature=3.0):
    numbers = Numbers(name)
    h = [numbers.normal(samples, width) for width in widths]
    z = [numbers.normal(samples, classes, scale=2.0) for _ in widths]
    learned = {"attention.query.weight": numbers.normal(size, widths[0])}
    for width in sorted(set(widths), key=lambda width: (width != widths[0], width)):
        key = "key" if width == widths[0] else f"key-{width}"
        learned[f"attention.{key}.weight"] = numbers.normal(size, width)
    for tensor in [h[0], z[0], *learned.values()]:
        tensor.requires_grad_()

    query = F.linear(h[0], learned["attention.query.weight"])
    energies = []
    for features, width in zip(h, widths):
        key = "key" if width == widths[0] else f"key-{width}"
        keys = F.linear(features, learned[f"attention.{key}.weight"])
        energies.append((query * keys).sum(1))
    attention = F.softmax(torch.stack(energies, 1), 1)
    constants = torch.stack([logits.detach() for logits in z], 1)
    if mix == "logits":
        target = F.softmax((attention.unsqueeze(2) * constants).sum(1) / temperature, 1)
    else:
        softened = F.softmax(constants / temperature, 2)
        target = (attention.unsqueeze(2) * softened).sum(1)
    student = F.log_softmax(z[0] / temperature, 1)
    value = (target * (target.log() - student)).sum() * temperature**2 / samples
    value.backward()
    tensors = {"value": value, "shares": attention.mean(0)}
    for place in range(len(widths)):
        side = "student" if place == 0 else f"teacher-{place - 1}"
        tensors |= {f"{side}/0": h[place], f"{side}/1": z[place]}
    tensors |= {"gradient/0": h[0].grad, "gradient/1": z[0].grad}
    for key, tensor in learned.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    fixture.case(
        name, tensors, teachers=len(widths) - 1, size=size, mix=mix, temperature=temperature)


def ensembles(fixture):
    for name, widths in [("peers-2", [6, 6]), ("peers-3", [6, 6, 6]), ("widths", [6, 9, 4])]:
        ensemble(fixture, f"ensemble/{name}", widths)


def ensemble(fixture, name, widths, samples=5, classes=4, temperature=3.0):
    """A classifier over all features (PCL, Wu and Gong 2021): KL towards it, and its own CE."""
    numbers = Numbers(name)
    h = [numbers.normal(samples, width) for width in widths]
    z = [numbers.normal(samples, classes, scale=2.0) for _ in widths]
    labels = numbers.labels(samples, classes)
    learned = {
        "ensemble.classifier.weight": numbers.normal(classes, sum(widths)),
        "ensemble.classifier.bias": numbers.normal(classes)}
    for tensor in [h[0], z[0], *learned.values()]:
        tensor.requires_grad_()
    logits = F.linear(torch.cat(h, 1), *learned.values())
    steady = F.cross_entropy(logits, labels)
    value = F.kl_div(
        F.log_softmax(z[0] / temperature, 1), F.softmax(logits.detach() / temperature, 1),
        reduction="batchmean") * temperature**2
    (value + steady).backward()
    tensors = {"value": value, "steady": steady, "labels": labels}
    for place in range(len(widths)):
        side = "student" if place == 0 else f"teacher-{place - 1}"
        tensors |= {f"{side}/0": h[place], f"{side}/1": z[place]}
    tensors |= {"gradient/0": h[0].grad, "gradient/1": z[0].grad}
    for key, tensor in learned.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    fixture.case(name, tensors, teachers=len(widths) - 1, temperature=temperature)


def contrasts(fixture):
    contrast(fixture, "mcl/pairs", [0, 1, 2, 0, 1, 2])
    contrast(fixture, "mcl/uneven", [0, 0, 0, 1, 1, 2])
    contrast(fixture, "mcl/own", [0, 0, 1, 1, 0, 2], vanilla=1.0, interactive=0.0, soft=0.0)
    contrast(fixture, "mcl/hard", [1, 0, 1, 1, 0, 0], vanilla=0.2, interactive=0.5, soft=0.0)


def contrast(fixture, name, labels, vanilla=0.1, interactive=0.1, soft=1.0, widths=(5, 7), size=4):
    """Mutual contrastive learning (MCL, Yang et al. 2022), from the authors' formulas."""
    numbers = Numbers(name)
    count, tau, softening = len(labels), 0.1, 3.0
    f = [numbers.normal(count, width) for width in widths]
    learned = {}
    for side, width in zip(["student", "teacher"], widths):
        learned |= {
            f"embed.{side}.0.weight": numbers.normal(size, width),
            f"embed.{side}.0.bias": numbers.normal(size),
            f"embed.{side}.2.weight": numbers.normal(size, size),
            f"embed.{side}.2.bias": numbers.normal(size)}
    for tensor in [f[0], *learned.values()]:
        tensor.requires_grad_()

    def head(side, x):
        layers = [learned[f"embed.{side}.{key}"] for key in ("0.weight", "0.bias")]
        x = F.relu(F.linear(x, *layers))
        layers = [learned[f"embed.{side}.{key}"] for key in ("2.weight", "2.bias")]
        return F.normalize(F.linear(x, *layers), dim=1)

    classes = torch.tensor(labels)
    same = (classes[:, None] == classes[None]) & ~torch.eye(count, dtype=torch.bool)
    anchors = same.any(1)

    def supervised(products):
        others = products.masked_fill(torch.eye(count, dtype=torch.bool), float("-inf"))
        logs = products - torch.logsumexp(others, 1, keepdim=True)
        means = (logs * same).sum(1)[anchors] / same.sum(1)[anchors]
        return -means.mean()

    def divergence(target, rows):
        return F.kl_div(
            F.log_softmax(rows / softening, 1), F.softmax(target.detach() / softening, 1),
            reduction="batchmean") * softening**2

    e = [head("student", f[0]), head("teacher", f[1])]
    ii, jj, ij, ji = (e[a] @ e[b].T / tau for a, b in [(0, 0), (1, 1), (0, 1), (1, 0)])
    value = vanilla * (supervised(ii) + supervised(jj))
    value = value + interactive * (supervised(ij) + supervised(ji))
    value = value + soft * (divergence(jj, ii) + divergence(ii, jj))
    value = value + soft * (divergence(ji, ij) + divergence(ij, ji))
    value.backward()
    tensors = {
        "value": value, "labels": classes, "student/0": f[0], "teacher/0": f[1],
        "gradient/0": f[0].grad}
    for key, tensor in learned.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    fixture.case(
        name, tensors, width=size, vanilla=vanilla, interactive=interactive,
        **{"soft-vanilla": soft, "soft-interactive": soft})
