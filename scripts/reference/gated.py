"""The gate over learners of their own (ONE, Lan et al. 2018), from the paper's formulas.

    g = softmax(ReLU(BN(W h_0 + b))),  z_e = Σ_i g_i z_i
    CE(y, z_e) + T² KL(softmax(sg z_e/T) ‖ softmax(z_0/T))

Member 0 is the learner: its activation and its logits are live in z_e, the others' logits are not.
"""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def gated():
    fixture = Fixture()
    for teachers in [1, 2, 3]:
        case(fixture, f"gated/members-{teachers + 1}", teachers)
    case(fixture, "gated/cold", 2, temperature=1.0)
    case(fixture, "gated/far", 2, offset=500.0)
    return fixture


def case(fixture, name, teachers, samples=6, classes=4, width=5, temperature=3.0, offset=0.0):
    numbers = Numbers(name)
    h = numbers.normal(samples, width)
    z = [numbers.normal(samples, classes, scale=2.0) for _ in range(teachers + 1)]
    z[-1] = z[-1] + offset
    labels = numbers.labels(samples, classes)
    members = teachers + 1
    learned = {
        "gate.fc.weight": numbers.normal(members, width),
        "gate.fc.bias": numbers.normal(members),
        "gate.bn.weight": numbers.normal(members),
        "gate.bn.bias": numbers.normal(members)}
    for tensor in [h, z[0], *learned.values()]:
        tensor.requires_grad_()

    scores = F.linear(h, learned["gate.fc.weight"], learned["gate.fc.bias"])
    scores = F.batch_norm(
        scores, None, None, learned["gate.bn.weight"], learned["gate.bn.bias"], training=True)
    gates = F.softmax(F.relu(scores), 1)
    live = torch.stack([z[0], *(logits.detach() for logits in z[1:])], 1)
    ensemble = (gates.unsqueeze(2) * live).sum(1)
    steady = F.cross_entropy(ensemble, labels)
    value = F.kl_div(
        F.log_softmax(z[0] / temperature, 1), F.softmax(ensemble.detach() / temperature, 1),
        reduction="batchmean") * temperature**2
    (value + steady).backward()
    tensors = {
        "value": value, "steady": steady, "shares": gates.mean(0), "labels": labels,
        "student/0": h, "student/1": z[0], "gradient/0": h.grad, "gradient/1": z[0].grad}
    for number, logits in enumerate(z[1:]):
        tensors[f"teacher-{number}/0"] = logits
    for key, tensor in learned.items():
        tensors |= {f"parameter/{key}": tensor, f"learned/{key}": tensor.grad}
    fixture.case(name, tensors, teachers=teachers, temperature=temperature)
