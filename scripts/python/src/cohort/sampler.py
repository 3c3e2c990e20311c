"""Which sample comes when: a pure function of the seed, the stream and the step."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .digests import batch_digest, order_digest
from .randomness import Key


@dataclass(frozen=True)
class Batch:
    """The samples of one step of a stream."""

    samples: npt.NDArray[np.int64]
    """Their numbers in the training set."""
    epochs: npt.NDArray[np.int64]
    """The epoch of the stream in which each is drawn; augmentation depends on it."""

    @property
    def epoch(self) -> int:
        """The epoch of the first sample, which messages carry."""
        return int(self.epochs[0])

    @functools.cached_property
    def digest(self) -> int:
        """What identifies the samples in messages."""
        return batch_digest(self.samples)


class Stream:
    """An endless sequence of batches over some samples, through one epoch after the other."""

    def __init__(self, samples: npt.ArrayLike, batch: int, seed: int, name: str = "common") -> None:
        self.samples = np.asarray(samples, dtype=np.int64)
        self.batch = batch
        self.seed = seed
        self.name = name
        if len(self.samples) == 0 or batch < 1:
            raise ValueError("a stream has samples, and a batch of one at least")
        self._key = Key.of_seed(seed).child("sampler", name)
        self._permutation = functools.lru_cache(maxsize=4)(self._permute)

    def _permute(self, epoch: int) -> npt.NDArray[np.int64]:
        return self._key.child(epoch).shuffled(np.arange(len(self.samples)))

    def at(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        count = len(self.samples)
        positions = np.arange(step * self.batch, (step + 1) * self.batch)
        epochs, places = positions // count, positions % count
        chosen = np.empty(self.batch, dtype=np.int64)
        for epoch in np.unique(epochs):
            here = epochs == epoch
            chosen[here] = self.samples[self._permutation(int(epoch))[places[here]]]
        return Batch(chosen, epochs)

    def order_digest(self, set_identity: bytes) -> bytes:
        """What fixes the order of the samples of a training set of this identity; 32 bytes."""
        return order_digest(set_identity, self.seed, self.name, self.samples, self.batch)
