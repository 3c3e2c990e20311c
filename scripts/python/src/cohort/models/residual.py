"""Residual networks."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from .exits import ImageNet


class BasicBlock(nn.Module):
    """Two 3×3 convolutions added to their input, or to a projection of it."""

    expansion = 1

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = _projection(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×H'×W'."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = functional.relu(self.bn1(self.conv1(x)))
        return functional.relu(self.bn2(self.conv2(x)) + shortcut)


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolutions added to their input; the 3×3 has the stride."""

    expansion = 4

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        inner = outputs // self.expansion
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = _projection(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Map N×inputs×H×W to N×outputs×H'×W'."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = functional.relu(self.bn1(self.conv1(x)))
        x = functional.relu(self.bn2(self.conv2(x)))
        return functional.relu(self.bn3(self.conv3(x)) + shortcut)


def _projection(inputs: int, outputs: int, stride: int) -> nn.Sequential | None:
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))


class Pooling(nn.Module):
    """What follows the first convolution: ImageNet's max pooling, or nothing."""

    def __init__(self, stem: str):
        super().__init__()
        self.stem = stem

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to itself, or to half its height and width."""
        return functional.max_pool2d(x, 3, 2, 1) if self.stem == "imagenet" else x


_Block = type[BasicBlock] | type[Bottleneck]

# torchvision's nets: the block, and how many each stage has.
_LARGE: dict[int, tuple[_Block, list[int]]] = {
    18: (BasicBlock, [2, 2, 2, 2]),
    34: (BasicBlock, [3, 4, 6, 3]),
    50: (Bottleneck, [3, 4, 6, 3]),
    101: (Bottleneck, [3, 4, 23, 3]),
}


class ResNet(ImageNet):
    """Residual nets (He et al. 2016): torchvision's, and those of depth 6n + 2 for CIFAR."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        depth: int = 8,
        width: int | None = None,
        stem: str | None = None,
        exits: bool = False,
    ):
        super().__init__()
        is_large = depth in _LARGE
        block, counts = _LARGE.get(depth, (BasicBlock, [(depth - 2) // 6] * 3))
        width = width or (64 if is_large else 16)
        stem = stem or ("imagenet" if is_large else "small")
        if stem == "imagenet":
            self.conv1 = nn.Conv2d(shape[0], width, 7, 2, 3, bias=False)
        else:
            self.conv1 = nn.Conv2d(shape[0], width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.pool = Pooling(stem)
        self.stages = [f"layer{index + 1}" for index in range(len(counts))]
        inputs = width
        for index, (name, count) in enumerate(zip(self.stages, counts, strict=True)):
            outputs = (width << index) * block.expansion
            first = block(inputs, outputs, 1 if index == 0 else 2)
            others = (block(outputs, outputs, 1) for _ in range(count - 1))
            setattr(self, name, nn.Sequential(first, *others))
            inputs = outputs
        self.fc = nn.Linear(inputs, classes)
        widths = [(width << index) * block.expansion for index in range(len(counts))]
        self.add_exits([(wide, 1 if wide == widths[0] else 2) for wide in widths], classes, exits)

    def stages_of(self, x: Tensor) -> list[Tensor]:
        """Map images to the output of every stage."""
        x = self.pool(functional.relu(self.bn1(self.conv1(x))))
        found = []
        for name in self.stages:
            x = getattr(self, name)(x)
            found.append(x)
        return found

    def classify(self, features: Tensor) -> Tensor:
        """Map features N×D to logits N×classes."""
        return self.fc(features)


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


class WideResNet(ImageNet):
    """WRN-D-K, depth D = 6n + 4 and widening factor K (Zagoruyko and Komodakis 2016)."""

    def __init__(
        self,
        shape: Sequence[int],
        classes: int,
        depth: int = 16,
        widen: int = 2,
        width: int = 16,
        dropout: float = 0,
        exits: bool = False,
    ):
        super().__init__()
        count, wide = (depth - 4) // 6, width * widen
        self.conv1 = nn.Conv2d(shape[0], width, 3, 1, 1, bias=False)
        self.layer1 = _wide_stage(width, wide, 1, count, dropout)
        self.layer2 = _wide_stage(wide, 2 * wide, 2, count, dropout)
        self.layer3 = _wide_stage(2 * wide, 4 * wide, 2, count, dropout)
        self.bn1 = nn.BatchNorm2d(4 * wide)
        self.fc = nn.Linear(4 * wide, classes)
        self.add_exits([(wide, 1), (2 * wide, 2), (4 * wide, 2)], classes, exits)

    def stages_of(self, x: Tensor) -> list[Tensor]:
        """Map images to the output of every stage, the last one normalized and rectified."""
        one = self.layer1(self.conv1(x))
        two = self.layer2(one)
        return [one, two, functional.relu(self.bn1(self.layer3(two)))]

    def classify(self, features: Tensor) -> Tensor:
        """Map features N×D to logits N×classes."""
        return self.fc(features)


def _wide_stage(
    inputs: int, outputs: int, stride: int, count: int, dropout: float
) -> nn.Sequential:
    first = WideBlock(inputs, outputs, stride, dropout)
    others = (WideBlock(outputs, outputs, 1, dropout) for _ in range(count - 1))
    return nn.Sequential(first, *others)
