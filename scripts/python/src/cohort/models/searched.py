"""Networks that `cohort search architecture` finds."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class Chain(nn.Sequential):
    """One operation of a layer, named as torchvision's sequences; may add its input."""

    def __init__(self, parts: Sequence[nn.Module], residual: bool):
        super().__init__(*parts)
        self.residual = residual

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to N×channels×H'×W'."""
        y = super().forward(x)
        return x + y if self.residual else y


class Block(nn.Module):
    """Layers of one width behind an optional 3×3 convolution, and ReLU at the end."""

    def __init__(self, text: str, inputs: int, first: bool, affine: bool):
        super().__init__()
        size, *layers = text.split()
        width, _, stride = size.partition("/")
        self.channels = int(width)
        if first:
            stem = _normalized(inputs, self.channels, 3, affine=affine)
            self.stem = nn.Sequential(*stem, nn.ReLU())
            inputs = self.channels
        self.first = first
        self.count = len(layers)
        for place, candidates in enumerate(layers):
            reduction = int(stride or 1) if place == 0 else 1
            names = candidates.split("|")
            made = {n: _operation(n, inputs, self.channels, reduction, affine) for n in names}
            self.add_module(str(place), nn.ModuleDict(made))
            inputs = self.channels

    def forward(self, x: Tensor) -> Tensor:
        """Map N×C×H×W to N×channels×H'×W'; a layer of a supernet takes its first candidate."""
        if self.first:
            x = self.stem(x)
        for place in range(self.count):
            x = next(iter(self.get_submodule(str(place)).children()))(x)
        return x.relu()


class SearchedNet(nn.Module):
    """Blocks of layers with an operation each (Li et al. 2020), and a linear layer."""

    def __init__(
        self, shape: Sequence[int], classes: int, blocks: Sequence[str], affine: bool = True
    ):
        super().__init__()
        inputs = shape[0]
        self.count = len(blocks)
        for place, text in enumerate(blocks):
            block = Block(text, inputs, place == 0, affine)
            self.add_module(f"block{place + 1}", block)
            inputs = block.channels
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map images N×C×H×W to logits N×classes."""
        for place in range(self.count):
            x = self.get_submodule(f"block{place + 1}")(x)
        return self.fc(x.mean([2, 3]))


def _normalized(
    inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1, affine: bool = True
) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
    return [convolution, nn.BatchNorm2d(outputs, affine=affine)]


def _operation(name: str, inputs: int, outputs: int, stride: int, affine: bool) -> nn.Module:
    keeps = inputs == outputs and stride == 1
    if name == "conv3":
        return Chain([*_normalized(inputs, outputs, 3, stride, affine=affine), nn.ReLU()], False)
    if name == "sep5":
        depthwise = _normalized(inputs, inputs, 5, stride, inputs, affine)
        pointwise = _normalized(inputs, outputs, 1, affine=affine)
        return Chain([*depthwise, nn.ReLU(), *pointwise, nn.ReLU()], False)
    if name in ("mb3k3", "mb3k5"):
        wide = 3 * inputs
        parts = [
            *_normalized(inputs, wide, 1, affine=affine),
            nn.ReLU(),
            *_normalized(wide, wide, int(name[-1]), stride, wide, affine),
            nn.ReLU(),
            *_normalized(wide, outputs, 1, affine=affine),
        ]
        return Chain(parts, keeps)
    if name == "skip":
        shortcut = _normalized(inputs, outputs, 1, stride, affine=affine)
        return Chain([] if keeps else shortcut, False)
    raise ValueError(f"unknown operation '{name}'")
