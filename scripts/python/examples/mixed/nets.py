"""The net of the examples."""

from __future__ import annotations

from torch.nn import Conv2d, Flatten, Linear, MaxPool2d, Module, ReLU, Sequential


def convolutions(width: int, classes: int = 10) -> Module:
    """Two convolutions of images 1×8×8 and a linear layer: logits N×classes."""
    return Sequential(
        Conv2d(1, width, 3, padding=1),
        ReLU(),
        MaxPool2d(2),
        Conv2d(width, 2 * width, 3, padding=1),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Linear(8 * width, classes),
    )
