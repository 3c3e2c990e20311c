"""Networks that make samples, and the moments of batches at a teacher's batch norms."""

import copy

import torch
from torch import nn

from fixture import Fixture, Numbers
from models import initialize, make
from training import CLASSES, MODELS, whole_model


class Generator(nn.Module):
    """As DAFL and DFAD name its parts (Chen et al. 2019, Fang et al. 2019), with the usual ε."""

    def __init__(self, latent, output, channels, upsample, ending, scale):
        super().__init__()
        colours, height, width = output
        self.seed = (channels, height // 4, width // 4)
        self.upsample, self.scale = upsample, scale
        half = channels // 2
        self.l1 = nn.Sequential(nn.Linear(latent, channels * height * width // 16))
        self.conv_blocks0 = nn.Sequential(nn.BatchNorm2d(channels))
        self.conv_blocks1 = nn.Sequential(*self.doubling(channels, channels))
        end = [nn.BatchNorm2d(colours, affine=False)] if ending == "normalized" else []
        self.conv_blocks2 = nn.Sequential(
            *self.doubling(channels, half), nn.Conv2d(half, colours, 3, padding=1), nn.Tanh(), *end)

    def doubling(self, inputs, outputs):
        layer = (
            nn.Conv2d(inputs, outputs, 3, padding=1) if self.upsample == "nearest"
            else nn.ConvTranspose2d(inputs, outputs, 4, 2, 1))
        return layer, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)

    def forward(self, z):
        x = self.conv_blocks0(self.l1(z).view(len(z), *self.seed))
        for block in [self.conv_blocks1, self.conv_blocks2]:
            if self.upsample == "nearest":
                x = nn.functional.interpolate(x, scale_factor=2)
            x = block(x)
        return x * self.scale


GENERATORS = {
    # name: latent, output, channels, upsample, ending, scale
    "digits": (5, (1, 8, 8), 6, "nearest", "normalized", 1),
    "colours": (3, (3, 12, 8), 4, "nearest", "tanh", 2.5),
    "transposed": (4, (2, 8, 12), 6, "transposed", "normalized", 0.5),
    "transposed-tanh": (4, (1, 8, 8), 4, "transposed", "tanh", 1),
}


def generator(fixture, name, latent, output, channels, upsample, ending, scale):
    """A step of training, its gradients and running moments, and evaluation by those."""
    name = f"generator/{name}"
    numbers = Numbers(name)
    model = initialize(
        Generator(latent, output, channels, upsample, ending, scale), numbers.generator).double()
    tensors = {f"state/{key}": value.clone() for key, value in model.state_dict().items()}
    single = copy.deepcopy(model).float()
    z = numbers.normal(6, latent).requires_grad_()
    samples = model(z)
    upstream = numbers.normal(*samples.shape)
    samples.backward(upstream)
    tensors |= {
        "latent": z, "samples": samples, "upstream": upstream, "latent.gradient": z.grad}
    tensors |= {f"gradient/{key}": value.grad for key, value in model.named_parameters()}
    single(z.detach().float()).backward(upstream.float())
    tensors |= {
        f"rounding/{key}": (value.grad - other.grad.double()).norm()
        for (key, value), other in zip(model.named_parameters(), single.parameters())}
    tensors |= {
        f"after/{key}": value.clone() for key, value in model.state_dict().items()
        if "running" in key or "num_batches" in key}
    model.eval()
    tensors["evaluation"] = model(z)
    fixture.case(
        name, tensors, latent=latent, output=",".join(map(str, output)), channels=channels,
        upsample=upsample, ending=ending, scale=scale)


def upsampling(fixture):
    for factor, shape in [
            (2, (2, 3, 4, 5)), (2, (1, 17, 3, 2)), (3, (2, 2, 1, 4)), (1, (1, 2, 3, 3))]:
        name = f"upsampling/{factor}-{shape[1]}"
        numbers = Numbers(name)
        x = numbers.normal(*shape).requires_grad_()
        y = nn.functional.interpolate(x, scale_factor=factor, mode="nearest")
        upstream = numbers.normal(*y.shape)
        y.backward(upstream)
        fixture.case(name, {
            "input": x, "output": y, "upstream": upstream, "input.gradient": x.grad}, factor=factor)


def moments(fixture, name):
    """DeepInversion's feature distances (Yin et al. 2020), by hooks as its authors' code has them.

    The model and its state are those of the fixture of the same name.
    """
    model = make(name, (2, 10, 8), CLASSES, **MODELS[name])
    state = {
        key.removeprefix(f"{name}/state/"): value
        for key, value in whole_model(name).tensors.items() if key.startswith(f"{name}/state/")}
    model.load_state_dict(state)
    model = model.double().eval()
    numbers = Numbers(f"moments {name}")
    found = {}

    def hook(layer, inputs, _):
        x = inputs[0]
        axes = [axis for axis in range(x.dim()) if axis != 1]
        mean, variance = x.mean(axes), x.var(axes, unbiased=False)
        found[layer] = torch.stack([
            torch.norm(layer.running_mean - mean, 2), torch.norm(layer.running_var - variance, 2)])

    layers = [
        layer for layer in model.modules()
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d))]
    for layer in layers:
        layer.register_forward_hook(hook)
    x = numbers.normal(5, 2, 10, 8, scale=1.5).requires_grad_()
    logits = model(x)
    distances = torch.stack([found[layer] for layer in layers])
    upstream = numbers.normal(*distances.shape)
    distances.backward(upstream)
    fixture.case(f"moments/{name}", {
        "input": x, "logits": logits, "distances": distances, "upstream": upstream,
        "input.gradient": x.grad})


def generators():
    fixture = Fixture()
    for name, form in GENERATORS.items():
        generator(fixture, name, *form)
    upsampling(fixture)
    for name in ["resnet8", "wrn-10-1", "mobilenet", "vgg8", "tabular-resnet"]:
        moments(fixture, name)
    return fixture
