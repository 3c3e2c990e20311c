"""Models that are made of two: a student behind its teacher's classifier, and a student with an
assistant; and the distance of maps by which they learn."""

import torch
from torch import nn
from torch.nn import functional as F

from cohorts import BATCH, CLASSES, SHAPE, small_net
from fixture import Fixture, Numbers
from models import initialize, make

RATE, MOMENTUM, DECAY = 0.05, 0.9, 0.01


def last_map(model, x):
    """What the net averages before its last layer."""
    x = F.relu(model.bn1(model.conv1(x)))
    return model.layer3(model.layer2(model.layer1(x)))


class Reused(nn.Module):
    """SimKD (Chen et al. 2022), as the authors' code has the projector."""

    def __init__(self, student, teacher, factor):
        super().__init__()
        own, other = student.fc.in_features, teacher.fc.in_features
        inner = other // factor
        self.student, self.fc = student, teacher.fc
        self.projector = nn.Sequential(
            nn.Conv2d(own, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, inner, 3, padding=1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, other, 1, bias=False), nn.BatchNorm2d(other), nn.ReLU())

    def forward(self, x):
        found = self.projector(last_map(self.student, x))
        return found, self.fc(found.mean((2, 3)))

    def named(self):
        """The tensors as the program names them."""
        tensors = {k: v for k, v in self.student.state_dict().items() if not k.startswith("fc.")}
        tensors |= {f"projector.{k}": v for k, v in self.projector.state_dict().items()}
        return tensors | {f"fc.{k}": v for k, v in self.fc.state_dict().items()}


class Pair(nn.Module):
    """A frozen student in evaluation mode, and an assistant whose map is normalized and added."""

    def __init__(self, student, assistant):
        super().__init__()
        width = student.fc.in_features
        self.student, self.assistant, self.fc = student, assistant, student.fc
        self.residual = nn.BatchNorm2d(width)
        nn.init.zeros_(self.residual.weight)

    def forward(self, x):
        self.student.eval()
        with torch.no_grad():
            own = last_map(self.student, x)
        found = own + self.residual(last_map(self.assistant, x))
        return found, self.fc(found.mean((2, 3)))

    def named(self):
        tensors = {k: v for k, v in self.student.state_dict().items() if not k.startswith("fc.")}
        tensors |= {
            f"assistant.{k}": v for k, v in self.assistant.state_dict().items()
            if not k.startswith("fc.")}
        tensors |= {f"assistant.residual.{k}": v for k, v in self.residual.state_dict().items()}
        return tensors | {f"fc.{k}": v for k, v in self.fc.state_dict().items()}


def trained(fixture, name, model, teacher, numbers, learned, steps, task, weight):
    """All parameters in `learned` by momentum and weight decay; a step takes the whole batch."""
    pixels = torch.randint(256, (BATCH, *SHAPE), generator=numbers.generator)
    inputs, labels = (pixels.double() / 255 - 0.5) / 0.3, torch.arange(BATCH) % CLASSES
    tensors = {"pixels": pixels, "labels": labels}
    tensors |= {f"begin/t/{k}": v.clone() for k, v in teacher.state_dict().items()}
    tensors |= {f"begin/s/{k}": v.clone() for k, v in model.named().items()}
    teacher.eval()
    with torch.no_grad():
        target = last_map(teacher, inputs)
    optimizer = torch.optim.SGD(learned, RATE, MOMENTUM, weight_decay=DECAY)
    model.train()
    for _ in range(steps):
        found, logits = model(inputs)
        loss = task * F.cross_entropy(logits, labels) + weight * F.mse_loss(found, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    tensors |= {f"end/s/{k}": v.clone() for k, v in model.named().items()}
    fixture.case(name, tensors, steps=steps, task=task, weight=weight)


def reused(fixture, name, factor, steps, task, weight):
    numbers = Numbers(f"reused {name}")
    teacher = initialize(make("resnet8", SHAPE, CLASSES, width=4), numbers.generator).double()
    for module in teacher.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
    model = Reused(small_net(numbers), teacher, factor).double()
    initialize(model.projector, numbers.generator)
    for module in model.projector.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
    learned = [
        p for k, p in model.named_parameters() if k.startswith("projector.")
        or k.startswith("student.") and not k.startswith("student.fc.")]
    trained(fixture, f"reused/{name}", model, teacher, numbers, learned, steps, task, weight)
    fixture.metadata[f"reused/{name}"] += f" factor={factor}"


def pair(fixture, name, steps, task, weight):
    numbers = Numbers(f"pair {name}")
    teacher, student, assistant = (small_net(numbers) for _ in range(3))
    model = Pair(student, assistant).double()
    learned = [
        p for k, p in model.named_parameters()
        if not k.startswith(("student.", "assistant.fc.")) or k.startswith("student.fc.")]
    trained(fixture, f"pair/{name}", model, teacher, numbers, learned, steps, task, weight)


def pairs():
    fixture = Fixture()
    reused(fixture, "paper", factor=2, steps=4, task=0.0, weight=1.0)
    reused(fixture, "labels-too", factor=4, steps=6, task=0.5, weight=2.0)
    pair(fixture, "usual", steps=8, task=1.0, weight=1.0)
    pair(fixture, "maps-alone", steps=6, task=0.0, weight=3.0)
    return fixture


def map_distances():
    """Mean squares of two maps, of one shape, of two sizes, and of two widths."""
    fixture = Fixture()
    shapes = {
        "equal": ((4, 5, 4, 4), (4, 5, 4, 4)), "larger": ((4, 5, 8, 8), (4, 5, 4, 4)),
        "smaller": ((4, 5, 2, 2), (4, 5, 4, 4)), "narrower": ((4, 3, 4, 4), (4, 5, 2, 2)),
        "vectors": ((6, 7), (6, 7)),
    }
    for name, (own, other) in shapes.items():
        numbers = Numbers(f"map-mse {name}")
        student, teacher = numbers.normal(*own).requires_grad_(), numbers.normal(*other)
        tensors = {"student": student, "teacher": teacher}
        found, wanted = student, teacher
        if student.dim() == 4:
            side = min(own[-1], other[-1])
            found = F.adaptive_avg_pool2d(student, side)
            wanted = F.adaptive_avg_pool2d(teacher, side)
        weight = None
        if own[1] != other[1]:
            weight = numbers.normal(other[1], own[1], 1, 1).requires_grad_()
            tensors["parameter/regressor.weight"] = weight
            found = F.conv2d(found, weight)
        value = F.mse_loss(found, wanted)
        value.backward()
        tensors |= {"value": value, "gradient": student.grad}
        if weight is not None:
            tensors["learned/regressor.weight"] = weight.grad
        fixture.case(f"map-mse/{name}", tensors)
    return fixture
