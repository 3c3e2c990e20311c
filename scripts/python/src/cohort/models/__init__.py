"""Cohort's models in PyTorch, under the parameter names that its weights use.

`load` reads a folder that `cohort export RUN/LEARNER --safetensors FOLDER` wrote; `make` builds a
model with PyTorch's initial weights. Needs PyTorch, and for `load` safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import nn

from .branches import BranchedResNet
from .decoder import GPT
from .mobile import MobileNet, ShuffleNet
from .perceptrons import MLP, TabularResNet
from .plain import VGG, LeNet, PlainCNN
from .residual import ResNet, WideResNet
from .searched import SearchedNet
from .sequences import TextCNN, Transformer

__all__ = ["load", "make"]

_BY_NAME = {
    "mlp": MLP,
    "tabular-resnet": TabularResNet,
    "lenet": LeNet,
    "plain-cnn": PlainCNN,
    "mobilenet": MobileNet,
    "shufflenet": ShuffleNet,
    "transformer": Transformer,
    "text-cnn": TextCNN,
    "gpt": GPT,
    "searched": SearchedNet,
}


def make(
    name: str, shape: Sequence[int], classes: int, options: Mapping[str, Any] | None = None
) -> nn.Module:
    """Build a model by the name and the options that configurations give it.

    `shape` is (channels, height, width). Raises `ValueError` for an unknown name.
    """
    given = {key.replace("-", "_"): value for key, value in (options or {}).items()}
    if name.startswith("resnet"):
        layers = int(name.removeprefix("resnet"))
        if given.get("branches", 1) > 1:
            return BranchedResNet(shape, classes, depth=layers, **given)
        for key in ["branches", "gate", "rescale"]:
            given.pop(key, None)
        return ResNet(shape, classes, depth=layers, **given)
    if name.startswith("vgg"):
        return VGG(shape, classes, depth=int(name.removeprefix("vgg")), **given)
    if name.startswith("wrn-"):
        depth, widen = name.removeprefix("wrn-").split("-")
        return WideResNet(shape, classes, depth=int(depth), widen=int(widen), **given)
    if name not in _BY_NAME:
        raise ValueError(f"unknown model '{name}': known are {', '.join(sorted(_BY_NAME))}")
    return _BY_NAME[name](shape, classes, **given)


def load(folder: str | Path) -> nn.Module:
    """Read an exported model with its weights, ready to evaluate.

    The folder holds `config.json` and `model.safetensors`. Raises `FileNotFoundError` where one is
    missing, and `RuntimeError` where the weights are not those of the model, or the model is
    quantised: PyTorch's layers would compute something else.
    """
    from safetensors.torch import load_file

    place = Path(folder)
    config = json.loads((place / "config.json").read_text(encoding="utf-8"))
    if "quantize" in config:
        raise RuntimeError(
            f"{folder} holds a quantised model, which this package does not build; run the ONNX"
            " file that `cohort export --onnx` writes, or read model.int8.safetensors yourself"
        )
    options = dict(config["options"])
    if "vocabulary" in config:
        options |= {"tokens": config["vocabulary"], "padding": config.get("padding")}
    model = make(config["model"], config["input"], config["classes"], options)
    model.load_state_dict(load_file(str(place / "model.safetensors")))
    return model.eval()
