"""The models in PyTorch, with the parameter names that Cohort's checkpoints use.

`make(name, shape, classes, **options)` knows the same names and options as Cohort's registry;
shape is (channels, height, width).
"""

from math import prod

import torch
from torch import nn
from torch.nn import functional as F


class MLP(nn.Module):
    """Fully connected layers `fc1`, `fc2`, …, with ReLU between them."""

    def __init__(self, shape, classes, hidden=(512, 256)):
        super().__init__()
        widths = [prod(shape), *hidden, classes]
        self.depth = len(widths) - 1
        for index in range(self.depth):
            setattr(self, f"fc{index + 1}", nn.Linear(widths[index], widths[index + 1]))

    def forward(self, x):
        x = x.flatten(1)
        for index in range(1, self.depth):
            x = F.relu(getattr(self, f"fc{index}")(x))
        return getattr(self, f"fc{self.depth}")(x)


class LeNet(nn.Module):
    """Two 5×5 convolutions with 2×2 max pooling, two linear layers (LeCun et al. 1998, wider)."""

    def __init__(self, shape, classes, channels=(32, 64), hidden=512):
        super().__init__()
        first, second = channels
        self.conv1 = nn.Conv2d(shape[0], first, 5, padding=2)
        self.conv2 = nn.Conv2d(first, second, 5, padding=2)
        self.fc1 = nn.Linear(second * (shape[1] // 4) * (shape[2] // 4), hidden)
        self.fc2 = nn.Linear(hidden, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(x.flatten(1))))


def plain_widths(depth, classes):
    """Channels of the convolutions between poolings, and the hidden linear layer if any."""
    narrow = classes < 100
    return {
        2: ([[16], [16]] if narrow else [[32], [32]], None),
        4: ([[16] * 2, [32] * 2] if narrow else [[32] * 2, [64] * 2], None),
        6: ([[16] * 2, [32] * 2, [64] * 2] if narrow else [[32] * 2, [64] * 2, [128] * 2], None),
        8: ([[w] * 2 for w in ([16, 32, 64, 128] if narrow else [32, 64, 128, 256])], 64),
        10: ([[32] * 2, [64] * 2, [128] * 2, [256] * 4], 128 if narrow else 512),
    }[depth]


class PlainCNN(nn.Module):
    """The plain networks of the teacher-assistant paper (Mirzadeh et al. 2020).

    3×3 convolutions with batch norm, each stage ending in 2×2 max pooling; a stage whose input is
    too small to be halved keeps its size.
    """

    def __init__(self, shape, classes, depth=2):
        super().__init__()
        stages, hidden = plain_widths(depth, classes)
        channels, height, width = shape
        layers = []
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

    def forward(self, x):
        return self.fc_layers(self.conv_layers(x).flatten(1))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        shortcut = x if self.downsample is None else self.downsample(x)
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)) + shortcut)


class ResNet(nn.Module):
    """The CIFAR residual net of depth 6n + 2 (He et al. 2016), named as torchvision's."""

    def __init__(self, shape, classes, depth=8, width=16):
        super().__init__()
        count = (depth - 2) // 6
        self.conv1 = nn.Conv2d(shape[0], width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = self.stage(width, width, 1, count)
        self.layer2 = self.stage(width, 2 * width, 2, count)
        self.layer3 = self.stage(2 * width, 4 * width, 2, count)
        self.fc = nn.Linear(4 * width, classes)

    def stage(self, inputs, outputs, stride, count):
        first = BasicBlock(inputs, outputs, stride)
        return nn.Sequential(first, *(BasicBlock(outputs, outputs, 1) for _ in range(count - 1)))

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))


class WideBlock(nn.Module):
    """Batch norm and ReLU before each convolution; the first ReLU feeds a changed shortcut."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False))

    def forward(self, x):
        active = F.relu(self.bn1(x))
        shortcut = x if self.downsample is None else self.downsample(active)
        return self.conv2(F.relu(self.bn2(self.conv1(active)))) + shortcut


class WideResNet(nn.Module):
    """WRN-D-K, depth D = 6n + 4 and widening factor K (Zagoruyko and Komodakis 2016)."""

    def __init__(self, shape, classes, depth=16, widen=2, width=16):
        super().__init__()
        count, wide = (depth - 4) // 6, width * widen
        self.conv1 = nn.Conv2d(shape[0], width, 3, 1, 1, bias=False)
        self.layer1 = self.stage(width, wide, 1, count)
        self.layer2 = self.stage(wide, 2 * wide, 2, count)
        self.layer3 = self.stage(2 * wide, 4 * wide, 2, count)
        self.bn1 = nn.BatchNorm2d(4 * wide)
        self.fc = nn.Linear(4 * wide, classes)

    def stage(self, inputs, outputs, stride, count):
        first = WideBlock(inputs, outputs, stride)
        return nn.Sequential(first, *(WideBlock(outputs, outputs, 1) for _ in range(count - 1)))

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


def make(name, shape, classes, **options):
    if name.startswith("resnet"):
        return ResNet(shape, classes, depth=int(name.removeprefix("resnet")), **options)
    if name.startswith("wrn-"):
        depth, widen = name.removeprefix("wrn-").split("-")
        return WideResNet(shape, classes, depth=int(depth), widen=int(widen), **options)
    return {"mlp": MLP, "lenet": LeNet, "plain-cnn": PlainCNN}[name](shape, classes, **options)


def initialize(model, generator):
    """PyTorch's scales from a given generator, and batch norms away from their trivial values."""
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.dtype == torch.int64:
                continue
            drawn = torch.rand(tensor.shape, generator=generator, dtype=torch.float32)
            if name.endswith("running_mean"):
                values = drawn * 0.2 - 0.1
            elif tensor.dim() == 1 and not name.endswith("bias"):
                values = drawn + 0.5
            else:
                fan_in = prod(tensor.shape[1:]) if tensor.dim() > 1 else 16
                values = (drawn * 2 - 1) / fan_in**0.5
            tensor.copy_(values)
    return model
