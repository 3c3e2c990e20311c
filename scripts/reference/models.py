"""The package's models in PyTorch, and weights that a reference case needs.

`make(name, shape, classes, **options)` knows the names and options of Cohort's registry; shape is
(channels, height, width).
"""

import sys
from math import prod
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "python" / "src"))

from cohort import models  # noqa: E402


def reads_tokens(name):
    return name.split("-padded")[0].split("-rotary")[0] in ("transformer", "text-cnn", "gpt")


def make(name, shape, classes, **options):
    return models.make(name, shape, classes, options)


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
