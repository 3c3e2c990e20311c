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
