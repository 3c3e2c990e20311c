"""Early exits: classifiers at earlier places of a network (Zhang et al. 2019)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn


class Outputs(dict[str, Tensor]):
    """The logits N×classes of the last layer, `logits`, and of each exit, `exit1`, `exit2`, …

    `exit1-features`, … and `features` are what their linear layers read.
    """


def separable(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """Make two depthwise convolutions, each with a pointwise one behind it."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False),
        nn.Conv2d(inputs, inputs, 1, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, inputs, 3, 1, 1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class ImageExit(nn.Module):
    """A stack of separable convolutions for each stage that follows, the mean, a linear layer."""

    def __init__(self, stages: Sequence[tuple[int, int]], classes: int):
        super().__init__()
        pairs = pairwise(stages)
        self.reduce = nn.Sequential(*(separable(a[0], b[0], b[1]) for a, b in pairs))
        self.fc = nn.Linear(stages[-1][0], classes)


class ImageNet(nn.Module):
    """A network of stages of images, with a linear layer over the mean of the last, and exits."""

    def stages_of(self, x: Tensor) -> list[Tensor]:
        """Map images to the output of every stage; the last one ends by the net's last ReLU."""
        raise NotImplementedError

    def classify(self, features: Tensor) -> Tensor:
        """Map features N×D to logits N×classes."""
        raise NotImplementedError

    def add_exits(self, stages: Sequence[tuple[int, int]], classes: int, has_exits: bool) -> None:
        """Declare an exit after each stage but the last, of given (channels, stride)."""
        self.exits = nn.ModuleDict()
        if has_exits:
            for place in range(len(stages) - 1):
                self.exits[str(place + 1)] = ImageExit(stages[place:], classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        return self.classify(self.stages_of(x)[-1].mean((2, 3)))

    def outputs(self, x: Tensor) -> Outputs:
        """Map N×C×H×W to the logits and features of the last layer and of every exit."""
        stages = self.stages_of(x)
        features = stages[-1].mean((2, 3))
        found = Outputs(logits=self.classify(features), features=features)
        for name, exit in self.exits.items():
            reduced = exit.reduce(stages[int(name) - 1]).mean((2, 3))
            found[f"exit{name}-features"] = reduced
            found[f"exit{name}"] = exit.fc(reduced)
        return found
