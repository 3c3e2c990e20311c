"""Convolutional networks without shortcuts."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from .activations import activation as activation_named
from .exits import ImageNet


class LeNet(nn.Module):
    """Two 5×5 convolutions with 2×2 max pooling, two linear layers (LeCun et al. 1998, wider)."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        channels: Sequence[int] = (32, 64),
        hidden: int = 512,
        activation: str = "relu",
        dropout: float = 0,
    ):
        super().__init__()
        first, second = channels
        self.conv1 = nn.Conv2d(shape[0], first, 5, padding=2)
        self.conv2 = nn.Conv2d(first, second, 5, padding=2)
        self.fc1 = nn.Linear(second * (shape[1] // 4) * (shape[2] // 4), hidden)
        self.fc2 = nn.Linear(hidden, classes)
        self.activation = activation_named(activation)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        x = functional.max_pool2d(self.activation(self.conv1(x)), 2)
        x = functional.max_pool2d(self.activation(self.conv2(x)), 2)
        return self.fc2(self.dropout(self.activation(self.fc1(x.flatten(1)))))


def _plain_widths(depth: int, classes: int) -> tuple[list[list[int]], int | None]:
    """Channels of the convolutions between poolings, and the hidden linear layer if any."""
    first = 16 if classes < 100 else 32
    if depth == 2:
        return [[first], [first]], None
    if depth == 10:
        return [[32] * 2, [64] * 2, [128] * 2, [256] * 4], 128 if classes < 100 else 512
    stages = [[first << index] * 2 for index in range(depth // 2)]
    return stages, 64 if depth == 8 else None


class PlainCNN(nn.Module):
    """The plain networks of the teacher-assistant paper (Mirzadeh et al. 2020).

    3×3 convolutions with batch norm, each stage ending in 2×2 max pooling; a stage whose input is
    too small to be halved keeps its size.
    """

    def __init__(self, shape: Sequence[int], classes: int, depth: int = 2):
        super().__init__()
        stages, hidden = _plain_widths(depth, classes)
        channels, height, width = shape
        layers: list[nn.Module] = []
        for stage in stages:
            for out in stage:
                layers += [nn.Conv2d(channels, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU()]
                channels = out
            halves = min(height, width) >= 2
            layers.append(nn.MaxPool2d(2) if halves else nn.Identity())
            if halves:
                height, width = height // 2, width // 2
        self.conv_layers = nn.Sequential(*layers)
        size = channels * height * width
        head = [nn.Linear(size, hidden), nn.ReLU()] if hidden else []
        self.fc_layers = nn.Sequential(*head, nn.Linear(hidden or size, classes))

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        return self.fc_layers(self.conv_layers(x).flatten(1))


def normalized(
    inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, bias: bool = False
) -> list[nn.Module]:
    """Make a convolution that keeps the size at stride 1, and its batch norm."""
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=bias),
        nn.BatchNorm2d(outputs),
    ]


class VGG(ImageNet):
    """VGG with batch norm as RepDistiller, the code of Tian et al. 2020, defines it.

    An image that is too small to be halved keeps its size.
    """

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        depth: int = 8,
        width: int = 64,
        exits: bool = False,
    ):
        super().__init__()
        inputs = shape[0]
        for index in range(5):
            outputs = width << min(index, 3)
            layers: list[nn.Module] = []
            for _ in range(1 if depth == 8 else 2):
                layers += [*normalized(inputs, outputs, 3, bias=True), nn.ReLU()]
                inputs = outputs
            setattr(self, f"block{index}", nn.Sequential(*layers[:-1]))
        self.classifier = nn.Linear(inputs, classes)
        self.pools = 4 if shape[1] >= 64 else 3
        strides, sides = [1], list(shape[1:])
        for index in range(4):
            halves = index < self.pools and min(sides) >= 2
            sides = [side // 2 for side in sides] if halves else sides
            strides.append(2 if halves else 1)
        widths = [width << min(index, 3) for index in range(5)]
        self.add_exits(list(zip(widths, strides, strict=True)), classes, exits)

    def stages_of(self, x: Tensor) -> list[Tensor]:
        """Map images to the output of every block, before its pooling."""
        found: list[Tensor] = []
        for index in range(5):
            if found and index <= self.pools and min(x.shape[2:]) >= 2:
                x = functional.max_pool2d(x, 2)
            x = functional.relu(getattr(self, f"block{index}")(x))
            found.append(x)
        return found

    def classify(self, features: Tensor) -> Tensor:
        """Map features N×D to logits N×classes."""
        return self.classifier(features)
