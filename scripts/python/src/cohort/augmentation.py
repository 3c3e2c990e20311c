"""Random crops and flips, drawn alike by every learner, or by each for itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .randomness import Key
from .sampler import Batch


@dataclass(frozen=True)
class Draw:
    """How one sample is augmented in one epoch."""

    down: int
    right: int
    mirrored: bool


def _reflected(places: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.int64]:
    """Places reflected about the edge pixels, without repeating them."""
    places = np.abs(places)
    return np.where(places < length, places, 2 * (length - 1) - places)


@dataclass(frozen=True)
class Augmentation:
    """Crops after padding by reflection, and horizontal flips."""

    padding: int = 0
    flip: bool = False
    learner: str | None = None
    """Whose draws they are; None where all learners draw alike."""

    def draw(self, seed: int, epoch: int, sample: int) -> Draw:
        """The draw of a sample in an epoch of its stream."""
        key = Key.of_seed(seed).child("augmentation")
        if self.learner is not None:
            key = key.child(self.learner)
        key = key.child(epoch, sample)
        span = 2 * self.padding + 1
        down, right = key.integer(span, 0) - self.padding, key.integer(span, 1) - self.padding
        return Draw(down, right, bool(self.flip and key.bits(2) >> 63))

    def apply(self, image: npt.NDArray[np.generic], draw: Draw) -> npt.NDArray[np.generic]:
        """An image C×H×W, shifted and mirrored."""
        _, height, width = image.shape
        columns = np.arange(width)
        if draw.mirrored:
            columns = columns[::-1]
        rows = _reflected(np.arange(height) + draw.down, height)
        return image[:, rows][:, :, _reflected(columns + draw.right, width)]

    def batch(
        self, images: npt.NDArray[np.generic], batch: Batch, seed: int
    ) -> npt.NDArray[np.generic]:
        """The images N×C×H×W of a batch, each as it is drawn."""
        if self.padding == 0 and not self.flip:
            return images
        pairs = zip(images, batch.epochs, batch.samples, strict=True)
        return np.stack(
            [
                self.apply(image, self.draw(seed, int(epoch), int(sample)))
                for image, epoch, sample in pairs
            ]
        )
