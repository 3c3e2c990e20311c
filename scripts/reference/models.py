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


class TabularBlock(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.normalization = nn.BatchNorm1d(width)
        self.linear1 = nn.Linear(width, hidden)
        self.linear2 = nn.Linear(hidden, width)

    def forward(self, x):
        return x + self.linear2(F.relu(self.linear1(self.normalization(x))))


class TabularResNet(nn.Module):
    """The residual net of Gorishniy et al. 2021, with the names of rtdl_revisiting_models."""

    def __init__(self, shape, classes, width=192, blocks=2, hidden=384):
        super().__init__()
        self.input_projection = nn.Linear(prod(shape), width)
        self.blocks = nn.ModuleList(TabularBlock(width, hidden) for _ in range(blocks))
        self.output = nn.ModuleDict(
            {"normalization": nn.BatchNorm1d(width), "linear": nn.Linear(width, classes)})

    def forward(self, x):
        x = self.input_projection(x.flatten(1))
        for block in self.blocks:
            x = block(x)
        return self.output["linear"](F.relu(self.output["normalization"](x)))


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


def normalized(inputs, outputs, kernel, stride=1, groups=1, bias=False):
    """A convolution that keeps the size at stride 1, and its batch norm."""
    return [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=bias),
        nn.BatchNorm2d(outputs)]


class MobileNet(nn.Module):
    """Depthwise separable convolutions (Howard et al. 2017), small, named as torchvision's."""

    def __init__(self, shape, classes, width=32):
        super().__init__()
        blocks = [nn.Sequential(*normalized(shape[0], width, 3), nn.ReLU())]
        inputs = width
        for factor, stride in [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1)]:
            blocks.append(nn.Sequential(
                *normalized(inputs, inputs, 3, stride, inputs), nn.ReLU(),
                *normalized(inputs, factor * width, 1), nn.ReLU()))
            inputs = factor * width
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class VGG(nn.Module):
    """VGG with batch norm as RepDistiller, the code of Tian et al. 2020, defines it.

    An image that is too small to be halved keeps its size.
    """

    def __init__(self, shape, classes, depth=8, width=64):
        super().__init__()
        inputs = shape[0]
        for index in range(5):
            outputs, layers = width << min(index, 3), []
            for _ in range(1 if depth == 8 else 2):
                layers += [*normalized(inputs, outputs, 3, bias=True), nn.ReLU()]
                inputs = outputs
            setattr(self, f"block{index}", nn.Sequential(*layers[:-1]))
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        pools = 4 if x.shape[2] >= 64 else 3
        for index in range(5):
            x = F.relu(getattr(self, f"block{index}")(x))
            if index < pools and min(x.shape[2:]) >= 2:
                x = F.max_pool2d(x, 2)
        return self.classifier(x.mean((2, 3)))


class ShuffleBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        half = outputs // 2
        self.branch1 = nn.Sequential()
        if stride > 1:
            self.branch1 = nn.Sequential(
                *normalized(inputs, inputs, 3, stride, inputs), *normalized(inputs, half, 1),
                nn.ReLU())
        self.branch2 = nn.Sequential(
            *normalized(inputs if stride > 1 else half, half, 1), nn.ReLU(),
            *normalized(half, half, 3, stride, half), *normalized(half, half, 1), nn.ReLU())

    def forward(self, x):
        first, second = (x, x) if len(self.branch1) else x.chunk(2, 1)
        both = torch.cat([self.branch1(first), self.branch2(second)], 1)
        count, channels, height, width = both.shape
        parts = both.view(count, 2, channels // 2, height, width)
        return parts.transpose(1, 2).reshape(count, channels, height, width)


class ShuffleNet(nn.Module):
    """torchvision's ShuffleNet V2 (Ma et al. 2018), whose stem keeps a small image's size."""

    def __init__(self, shape, classes, width=116, last=1024):
        super().__init__()
        self.conv1 = nn.Sequential(*normalized(shape[0], 24, 3), nn.ReLU())
        inputs = 24
        for index, count in enumerate([4, 8, 4]):
            outputs = width << index
            blocks = [ShuffleBlock(inputs, outputs, 2)]
            blocks += [ShuffleBlock(outputs, outputs, 1) for _ in range(count - 1)]
            setattr(self, f"stage{index + 2}", nn.Sequential(*blocks))
            inputs = outputs
        self.conv5 = nn.Sequential(*normalized(inputs, last, 1), nn.ReLU())
        self.fc = nn.Linear(last, classes)

    def forward(self, x):
        x = self.stage4(self.stage3(self.stage2(self.conv1(x))))
        return self.fc(self.conv5(x).mean((2, 3)))


class Transformer(nn.Module):
    """PyTorch's own encoder, normalising first, over the tokens of each sample."""

    def __init__(self, shape, classes, dimension=128, layers=2, heads=4, hidden=512, tokens=256):
        super().__init__()
        self.embedding = nn.Embedding(tokens, dimension)
        self.position = nn.Parameter(torch.zeros(prod(shape), dimension))
        layer = nn.TransformerEncoderLayer(
            dimension, heads, hidden, dropout=0, activation="gelu", batch_first=True,
            norm_first=True)
        self.encoder = nn.TransformerEncoder(
            layer, layers, nn.LayerNorm(dimension), enable_nested_tensor=False)
        self.fc = nn.Linear(dimension, classes)

    def forward(self, x):
        x = self.embedding(x.flatten(1).long()) + self.position
        return self.fc(self.encoder(x).mean(1))


class TextCNN(nn.Module):
    """Convolutions over a sequence of tokens and their maxima (Kim 2014)."""

    def __init__(self, shape, classes, dimension=128, filters=100, windows=(3, 4, 5), tokens=256):
        super().__init__()
        self.embedding = nn.Embedding(tokens, dimension)
        self.convs = nn.ModuleList(nn.Conv2d(1, filters, (k, dimension)) for k in windows)
        self.fc = nn.Linear(filters * len(windows), classes)

    def forward(self, x):
        image = self.embedding(x.flatten(1).long())[:, None]
        return self.fc(torch.cat([F.relu(c(image)).amax((2, 3)) for c in self.convs], 1))


def reads_tokens(name):
    return name in ("transformer", "text-cnn")


def make(name, shape, classes, **options):
    if name.startswith("resnet"):
        return ResNet(shape, classes, depth=int(name.removeprefix("resnet")), **options)
    if name.startswith("wrn-"):
        depth, widen = name.removeprefix("wrn-").split("-")
        return WideResNet(shape, classes, depth=int(depth), widen=int(widen), **options)
    if name.startswith("vgg"):
        return VGG(shape, classes, depth=int(name.removeprefix("vgg")), **options)
    return {
        "mlp": MLP, "tabular-resnet": TabularResNet, "lenet": LeNet, "plain-cnn": PlainCNN,
        "mobilenet": MobileNet,
        "shufflenet": ShuffleNet, "transformer": Transformer, "text-cnn": TextCNN,
    }[name](shape, classes, **options)


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
