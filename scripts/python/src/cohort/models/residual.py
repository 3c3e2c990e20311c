"""Residual networks for small images."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional


class BasicBlock(nn.Module):
    """Two 3×3 convolutions added to their input, or to a projection of it."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×H'×W'."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(x)) + shortcut)


class ResNet(nn.Module):
    """The CIFAR residual net of depth 6n + 2 (He et al. 2016), named as torchvision's."""

    def __init__(self, shape: Sequence[int], classes: int, depth: int = 8, width: int = 16):
        super().__init__()
        count = (depth - 2) // 6
        self.conv1 = nn.Conv2d(shape[0], width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = _stage(width, width, 1, count)
        self.layer2 = _stage(width, 2 * width, 2, count)
        self.layer3 = _stage(2 * width, 4 * width, 2, count)
        self.fc = nn.Linear(4 * width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        x = functional.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


def _stage(inputs: int, outputs: int, stride: int, count: int) -> nn.Sequential:
    first = BasicBlock(inputs, outputs, stride)
    return nn.Sequential(first, *(BasicBlock(outputs, outputs, 1) for _ in range(count - 1)))


class WideBlock(nn.Module):
    """Batch norm and ReLU before each convolution; the first ReLU feeds a changed shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int, dropout: float):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.dropout = nn.Dropout(dropout)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×H'×W'."""
        active = functional.relu(self.bn1(x))
        shortcut = x if self.downsample is None else self.downsample(active)
        inner = self.dropout(functional.relu(self.bn2(self.conv1(active))))
        return self.conv2(inner) + shortcut


class WideResNet(nn.Module):
    """WRN-D-K, depth D = 6n + 4 and widening factor K (Zagoruyko and Komodakis 2016)."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        depth: int = 16,
        widen: int = 2,
        width: int = 16,
        dropout: float = 0,
    ):
        super().__init__()
        count, wide = (depth - 4) // 6, width * widen
        self.conv1 = nn.Conv2d(shape[0], width, 3, 1, 1, bias=False)
        self.layer1 = _wide_stage(width, wide, 1, count, dropout)
        self.layer2 = _wide_stage(wide, 2 * wide, 2, count, dropout)
        self.layer3 = _wide_stage(2 * wide, 4 * wide, 2, count, dropout)
        self.bn1 = nn.BatchNorm2d(4 * wide)
        self.fc = nn.Linear(4 * wide, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to logits N×classes."""
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(functional.relu(self.bn1(x)).mean((2, 3)))


def _wide_stage(
    inputs: int, outputs: int, stride: int, count: int, dropout: float
) -> nn.Sequential:
    first = WideBlock(inputs, outputs, stride, dropout)
    others = (WideBlock(outputs, outputs, 1, dropout) for _ in range(count - 1))
    return nn.Sequential(first, *others)
