"""Discriminators beside a student: the scalar that the discriminator minimises with the gradient in
its parameters, and the student's loss with the gradient in its activations and in what imitates the
teacher's width.

Probabilities are computed by PyTorch's binary cross-entropy of logits.
"""

import torch
from torch.nn import functional as F

from fixture import Fixture, Numbers


def linear(x, p, name):
    return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


def perceptron(x, p):
    x = F.leaky_relu(linear(x, p, "discriminator.0"), 0.2)
    return linear(F.leaky_relu(linear(x, p, "discriminator.1"), 0.2), p, "discriminator.2")


def convolutional(x, p):
    for layer in "01":
        name = f"discriminator.{layer}"
        x = F.leaky_relu(F.conv2d(x, p[f"{name}.weight"], p[f"{name}.bias"], padding=1), 0.2)
    return linear(x.mean((2, 3)), p, "discriminator.2")


def real(a):
    return F.binary_cross_entropy_with_logits(a, torch.ones_like(a))


def fake(a):
    return F.binary_cross_entropy_with_logits(a, torch.zeros_like(a))


def conditional(t, s, p, case):
    """Xu et al. 2018: the logit of "real" first, then one for each class."""
    T, y = case["temperature"], case["labels"]
    t, s = t / T, s / T

    def labels(outputs):
        return case["labels_weight"] * F.cross_entropy(outputs[:, 1:], y)

    theirs, own, seen = perceptron(t, p), perceptron(s.detach(), p), perceptron(s, frozen(p))
    discriminator = real(theirs[:, 0]) + fake(own[:, 0]) + labels(theirs) + labels(own)
    student = real(seen[:, 0]) + labels(seen) + case["distance"] * (s - t).abs().sum(1).mean()
    return discriminator, student


def features(t, s, p, case):
    """Wang et al. 2018; distance, l2, l1 and confusion after Belagiannis et al. 2018."""
    t, s = [x.flatten(2).mean(2) if x.dim() == 4 else x for x in (t, s)]
    if "imitation.weight" in p:
        s = linear(s, p, "imitation")
    theirs, own, seen = perceptron(t, p), perceptron(s.detach(), p), perceptron(s, frozen(p))
    weights = [p[f"discriminator.{layer}.weight"] for layer in range(3)]
    discriminator = (
        real(theirs) + fake(own) + case["confusion"] * real(own)
        + case["l2"] * sum(w.pow(2).sum() for w in weights)
        + case["l1"] * sum(w.abs().sum() for w in weights))
    return discriminator, real(seen) + case["distance"] * (s - t).pow(2).sum(1).mean()


def maps(t, s, p, case):
    """Chung et al. 2020: least squares; the larger map is averaged down."""
    size = min(t.shape[2], s.shape[2])
    t, s = [F.avg_pool2d(x, x.shape[2] // size) for x in (t, s)]
    if "imitation.weight" in p:
        s = F.conv2d(s, p["imitation.weight"])
    theirs, own = convolutional(t, p), convolutional(s.detach(), p)
    seen = convolutional(s, frozen(p))
    return (1 - theirs).pow(2).mean() + own.pow(2).mean(), (1 - seen).pow(2).mean()


def frozen(p):
    return {name: tensor.detach() for name, tensor in p.items()}


def add(fixture, name, function, t, s, parameters, options, **case):
    p = {key: value.clone().requires_grad_() for key, value in parameters.items()}
    leaf = s.clone().requires_grad_()
    discriminator, student = function(t, leaf, p, case)
    learned = [key for key in p if key.startswith("discriminator")]
    found = torch.autograd.grad(discriminator, [p[key] for key in learned], retain_graph=True)
    imitating = [key for key in p if key not in learned]
    gradient, *beside = torch.autograd.grad(student, [leaf] + [p[key] for key in imitating])
    tensors = {
        "teacher/0": t, "student/0": s, "value": student, "auxiliary": discriminator,
        "gradient/0": gradient}
    tensors |= {f"parameter/{key}": tensor for key, tensor in p.items()}
    tensors |= {f"apart/{key}": tensor for key, tensor in zip(learned, found)}
    tensors |= {f"imitation/{key}": tensor for key, tensor in zip(imitating, beside)}
    if "labels" in case:
        tensors["labels"] = case["labels"]
    fixture.case(name, tensors, temperature=case.get("temperature", 1.0),
                 **{f"set.{key}": value for key, value in options.items()})


def layers(numbers, *sizes, kernel=None):
    """The layers of a discriminator; of the first two with kernels where one is given."""
    parameters = {}
    for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        window = (kernel, kernel) if kernel and place < 2 else ()
        name = f"discriminator.{place}"
        parameters |= {f"{name}.weight": numbers.normal(outputs, inputs, *window, scale=0.5),
                       f"{name}.bias": numbers.normal(outputs, scale=0.5)}
    return parameters


def adversaries():
    fixture = Fixture()
    for title, temperature, distance, weight in [("usual", 1.0, 1, 1), ("warm", 3.0, 0.5, 0.25)]:
        numbers = Numbers(f"conditional {title}")
        add(fixture, f"loss/conditional-adversarial/{title}", conditional,
            numbers.normal(6, 5), numbers.normal(6, 5), layers(numbers, 5, 7, 7, 6),
            {"width": 7, "distance": distance, "labels": weight},
            labels=numbers.labels(6, 5), temperature=temperature, distance=distance,
            labels_weight=weight)
    plain = {"distance": 0, "l2": 0, "l1": 0, "confusion": 0}
    for title, shapes, options in [
            ("vectors", [(6, 4), (6, 4)], plain),
            ("maps", [(6, 4, 3, 3), (6, 5, 2, 2)], plain),
            ("restrained", [(6, 4), (6, 3)],
             {"distance": 0.5, "l2": 0.25, "l1": 0.125, "confusion": 0.5})]:
        numbers = Numbers(f"adversarial features {title}")
        t, s = [numbers.normal(*shape) for shape in shapes]
        parameters = layers(numbers, t.shape[1], 7, 7, 1)
        if t.shape[1] != s.shape[1]:
            parameters |= {"imitation.weight": numbers.normal(t.shape[1], s.shape[1]),
                           "imitation.bias": numbers.normal(t.shape[1])}
        add(fixture, f"loss/adversarial-features/{title}", features, t, s, parameters,
            {"width": 7, **options}, **options)
    for title, shapes in [("equal", [(5, 4, 4, 4)] * 2), ("other", [(5, 4, 2, 2), (5, 3, 4, 4)])]:
        numbers = Numbers(f"afd {title}")
        t, s = [numbers.normal(*shape) for shape in shapes]
        parameters = layers(numbers, t.shape[1], 6, 6, 1, kernel=3)
        if t.shape[1] != s.shape[1]:
            parameters["imitation.weight"] = numbers.normal(t.shape[1], s.shape[1], 1, 1)
        add(fixture, f"loss/afd/{title}", maps, t, s, parameters, {"width": 6})
    return fixture
