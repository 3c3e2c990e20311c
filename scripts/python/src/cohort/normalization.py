"""How stored pixels become the input of a model."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Normalization:
    """`(x / divisor - mean) / std`, with a mean and a standard deviation for each channel."""

    divisor: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    def __call__(self, images: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
        """Images N×C×H×W as float32, computed in double precision and rounded once."""
        if images.dtype == np.uint8:
            channels = np.arange(images.shape[1])[:, None, None]
            return np.asarray(self._of_bytes[channels, images])
        return self._apply(images)

    @functools.cached_property
    def _of_bytes(self) -> npt.NDArray[np.float32]:
        """The value of each byte in each channel, C×256."""
        every = np.broadcast_to(np.arange(256.0), (len(self.mean), 256))
        return self._apply(every[None, :, :, None])[0, :, :, 0]

    def _apply(self, images: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
        shape = (1, -1, 1, 1)
        mean, std = np.reshape(self.mean, shape), np.reshape(self.std, shape)
        values = (images.astype(np.float64) / self.divisor - mean) / std
        normalized: npt.NDArray[np.float32] = values.astype(np.float32)
        return normalized

    @staticmethod
    def measured(images: npt.NDArray[np.generic]) -> Normalization:
        """The channels' mean and population standard deviation; a constant channel has 1."""
        divisor = 255.0 if images.dtype == np.uint8 else 1.0
        values = images.astype(np.float64)
        mean = values.mean(axis=(0, 2, 3)) / divisor
        std = values.std(axis=(0, 2, 3)) / divisor
        std = np.where(std > 0, std, 1.0)
        return Normalization(divisor, tuple(mean.tolist()), tuple(std.tolist()))
