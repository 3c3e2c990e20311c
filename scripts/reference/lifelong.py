"""The terms by which a learner follows its past self over tasks, and the choice of exemplars."""

import numpy as np
import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def learning_without_forgetting(z, past, heads, temperature):
    """Li and Hoiem 2016: the cross-entropy of softened probabilities, head by head; no T²."""
    return sum(
        -(F.softmax(past[:, head] / temperature, 1)
          * F.log_softmax(z[:, head] / temperature, 1)).sum(1).mean()
        for head in heads)


def incremental_classifier(z, past, old, labels):
    """Rebuffi et al. 2017, as in the authors' code: the mean over samples and all outputs."""
    targets = F.one_hot(labels, z.shape[1]).double()
    targets[:, old] = torch.sigmoid(past[:, old])
    return F.binary_cross_entropy_with_logits(z, targets)


def grad_cam(maps, weight, classes):
    """Selvaraju et al. 2017 by its definition, through the gradient of each class's logit."""
    if not maps.requires_grad:
        maps = maps.clone().requires_grad_()
    scores = F.linear(maps.mean((2, 3)), weight)
    chosen = scores.gather(1, classes[:, None]).sum()
    (slopes,) = torch.autograd.grad(chosen, maps, create_graph=True)
    return F.relu((slopes.mean((2, 3), keepdim=True) * maps).sum(1))


def attention_distillation(own, past, old):
    """Dhar et al. 2019; `own` and `past` are maps N×K×H×W and the last layer's weights C×K."""
    scores = F.linear(past[0].mean((2, 3)), past[1])
    likeliest = torch.tensor(old)[scores[:, old].argmax(1)]
    rows = [F.normalize(grad_cam(*side, likeliest).flatten(1), dim=1) for side in (own, past)]
    return (rows[1] - rows[0]).abs().sum(1).mean()


def losses():
    fixture = Fixture()
    for name, heads, temperature in [
            ("one-head", [[0, 1, 4]], 2.0), ("heads", [[0, 1], [4, 5]], 2.0),
            ("all", [list(range(6))], 1.0), ("warm", [[2, 3, 4, 5]], 5.0)]:
        numbers = Numbers(f"lwf {name}")
        z, past = numbers.normal(5, 6, scale=2).requires_grad_(), numbers.normal(5, 6, scale=2)
        value = learning_without_forgetting(z, past, heads, temperature)
        value.backward()
        fixture.case(
            f"lwf/{name}", {"student": z, "teacher": past, "value": value, "gradient": z.grad},
            temperature=temperature, heads=written(heads))
    for name, old in [("first", []), ("second", [0, 1]), ("apart", [1, 4, 5])]:
        numbers = Numbers(f"icarl {name}")
        z, past = numbers.normal(5, 6, scale=3).requires_grad_(), numbers.normal(5, 6, scale=3)
        labels = numbers.labels(5, 6)
        value = incremental_classifier(z, past, old, labels)
        value.backward()
        fixture.case(
            f"icarl/{name}",
            {"student": z, "teacher": past, "labels": labels, "value": value, "gradient": z.grad},
            heads=written([old] if old else []))
    for name, old in [("two", [0, 1]), ("apart", [0, 2, 4])]:
        numbers = Numbers(f"lwm {name}")
        own = [numbers.normal(4, 7, 3, 3).requires_grad_(), numbers.normal(6, 7).requires_grad_()]
        past = [numbers.normal(4, 7, 3, 3), numbers.normal(6, 7)]
        value = attention_distillation(own, past, old)
        value.backward()
        fixture.case(
            f"lwm/{name}",
            {"student/maps": own[0], "student/weight": own[1], "teacher/maps": past[0],
             "teacher/weight": past[1], "value": value, "gradient/maps": own[0].grad,
             "gradient/weight": own[1].grad}, heads=written([old]))
    return fixture


def written(heads):
    return "|".join(",".join(map(str, head)) for head in heads)


def exemplars():
    """Herding by its definition: every choice makes the mean of the chosen the nearest it can."""
    fixture = Fixture()
    for name, count, width, most in [("few", 9, 4, 5), ("many", 60, 12, 20), ("all", 6, 3, 6)]:
        numbers = Numbers(f"herding {name}")
        features = numbers.normal(count, width) + 0.5
        features = features.float().double()
        rows = F.normalize(features, dim=1).numpy()
        mean, chosen = rows.mean(0), []
        for k in range(1, most + 1):
            distances = [
                np.inf if i in chosen
                else np.linalg.norm(mean - (rows[i] + rows[chosen].sum(0)) / k)
                for i in range(count)]
            chosen.append(int(np.argmin(distances)))
        kept = rows[chosen].mean(0)
        fixture.case(
            f"herding/{name}",
            {"features": features, "chosen": torch.tensor(chosen),
             "direction": torch.tensor(kept / np.linalg.norm(kept))}, most=most)
    return fixture
