"""Learned edge weights over several teachers (Luo et al. 2018), written from the authors' code.

    e_j = softmax_j(α · W_edge [h_student; h_j]),  h = [W_logit z; W_repr r]
    Σ_j mean_B (e_j + prior_j) · [10 (1 − cos z) + (1 − cos r)] + 10 Σ_j (mean_B e_j − prior_j)²
"""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def edges():
    fixture = Fixture()
    for teachers in [1, 2, 3]:
        for kind, accuracies in [("uniform", None), ("prior", [0.9, 0.4, 0.7])]:
            case(fixture, f"edges/{kind}-{teachers}", teachers, accuracies)
    return fixture


def case(fixture, name, count, accuracies, samples=6, classes=5, width=4, size=3, alpha=2.0):
    numbers = Numbers(name)
    z = [numbers.normal(samples, classes) for _ in range(count + 1)]
    r = [numbers.normal(samples, width) for _ in range(count + 1)]
    learned = {
        "edges.0.weight": numbers.normal(size, classes), "edges.0.bias": numbers.normal(size),
        "edges.1.weight": numbers.normal(size, width), "edges.1.bias": numbers.normal(size),
        "edges.edge.weight": numbers.normal(1, 4 * size), "edges.edge.bias": numbers.normal(1)}
    for tensor in [z[0], r[0], *learned.values()]:
        tensor.requires_grad_()

    def linear(name, x):
        return F.linear(x, learned[f"edges.{name}.weight"], learned[f"edges.{name}.bias"])

    hidden = [torch.cat([linear("0", a), linear("1", b)], 1) for a, b in zip(z, r)]
    scores = [linear("edge", torch.cat([hidden[0], h], 1)) for h in hidden[1:]]
    weights = F.softmax(alpha * torch.cat(scores, 1), 1)
    known = torch.tensor(accuracies[:count] if accuracies else [0.0] * count).double()
    prior = F.softmax(known / 0.25, 0)
    value = 10 * (weights.mean(0) - prior).pow(2).sum()
    for j in range(count):
        distances = 10 * (1 - F.cosine_similarity(z[0], z[j + 1])) + (
            1 - F.cosine_similarity(r[0], r[j + 1]))
        value = value + ((weights[:, j] + prior[j]) * distances).mean()
    value.backward()
    tensors = {"value": value, "shares": (weights.mean(0) + prior) / 2}
    for place in range(count + 1):
        side = "student" if place == 0 else f"teacher-{place - 1}"
        tensors |= {f"{side}/0": z[place], f"{side}/1": r[place]}
    tensors |= {"gradient/0": z[0].grad, "gradient/1": r[0].grad}
    for key, tensor in learned.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    text = ",".join(map(str, accuracies[:count])) if accuracies else ""
    fixture.case(name, tensors, teachers=count, size=size, alpha=alpha, accuracies=text)
