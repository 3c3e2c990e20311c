"""Arrays of any framework as NumPy's, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = Any
"""A NumPy array, a PyTorch tensor, or anything that numpy.asarray takes."""


def as_numpy(values: Array) -> npt.NDArray[Any]:
    """An array as NumPy's; a PyTorch tensor is detached, and copied from its device."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
        if str(values.dtype) == "torch.bfloat16":
            values = values.float()
        return np.asarray(values.numpy())
    return np.asarray(values)


def as_floats(values: Array) -> npt.NDArray[np.float32]:
    """The same in single precision."""
    return as_numpy(values).astype(np.float32, copy=False)


def on_device(values: npt.NDArray[Any] | None, device: str | None) -> Any:
    """An array as it is without a device; on one, a PyTorch tensor."""
    if values is None or device is None:
        return values
    import torch

    return torch.from_numpy(np.ascontiguousarray(values)).to(device)
