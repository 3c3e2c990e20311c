"""Convolutional networks of few multiplications."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .exits import ImageNet
from .plain import normalized
from .residual import Pooling


class MobileNet(ImageNet):
    """Depthwise separable convolutions (Howard et al. 2017), small, named as torchvision's."""

    def __init__(self, shape: Sequence[int], classes: int, width: int = 32, exits: bool = False):
        super().__init__()
        blocks = [nn.Sequential(*normalized(shape[0], width, 3), nn.ReLU())]
        inputs = width
        for factor, stride in [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1)]:
            depthwise = normalized(inputs, inputs, 3, stride, inputs)
            pointwise = normalized(inputs, factor * width, 1)
            blocks.append(nn.Sequential(*depthwise, nn.ReLU(), *pointwise, nn.ReLU()))
            inputs = factor * width
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Linear(inputs, classes)
        self.add_exits([(2 * width, 1), (4 * width, 2), (8 * width, 2)], classes, exits)

    def stages_of(self, x: Tensor) -> list[Tensor]:
        """Map images to the last output of every size."""
        found = []
        for index, block in enumerate(self.features):
            x = block(x)
            if index in (1, 3, 5):
                found.append(x)
        return found

    def classify(self, features: Tensor) -> Tensor:
        """Map features N×D to logits N×classes."""
        return self.classifier(features)


class ShuffleBlock(nn.Module):
    """One branch passes by, or is reduced; the other is convolved; their channels are shuffled."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        half = outputs // 2
        self.branch1 = nn.Sequential()
        if stride > 1:
            self.branch1 = nn.Sequential(
                *normalized(inputs, inputs, 3, stride, inputs),
                *normalized(inputs, half, 1),
                nn.ReLU(),
            )
        self.branch2 = nn.Sequential(
            *normalized(inputs if stride > 1 else half, half, 1),
            nn.ReLU(),
            *normalized(half, half, 3, stride, half),
            *normalized(half, half, 1),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×H'×W'."""
        first, second = (x, x) if len(self.branch1) else x.chunk(2, 1)
        both = torch.cat([self.branch1(first), self.branch2(second)], 1)
        count, channels, height, width = both.shape
        parts = both.view(count, 2, channels // 2, height, width)
        return parts.transpose(1, 2).reshape(count, channels, height, width)


class ShuffleNet(nn.Module):
    """torchvision's ShuffleNet V2 (Ma et al. 2018); its small stem keeps an image's size."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        width: int = 116,
        last: int = 1024,
        stem: str = "small",
    ):
        super().__init__()
        stride = 2 if stem == "imagenet" else 1
        self.conv1 = nn.Sequential(*normalized(shape[0], 24, 3, stride), nn.ReLU())
        self.pool = Pooling(stem)
        inputs = 24
        for index, count in enumerate([4, 8, 4]):
            outputs = width << index
            blocks = [ShuffleBlock(inputs, outputs, 2)]
            blocks += [ShuffleBlock(outputs, outputs, 1) for _ in range(count - 1)]
            setattr(self, f"stage{index + 2}", nn.Sequential(*blocks))
            inputs = outputs
        self.conv5 = nn.Sequential(*normalized(inputs, last, 1), nn.ReLU())
        self.fc = nn.Linear(last, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        x = self.pool(self.conv1(x))
        for index in (2, 3, 4):
            x = getattr(self, f"stage{index}")(x)
        return self.fc(self.conv5(x).mean((2, 3)))
