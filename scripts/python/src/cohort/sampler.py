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
    made_digest: int | None = None
    """What identifies samples that a generator made, which have no numbers; None of others."""

    @property
    def epoch(self) -> int:
        """The epoch of the first sample, which messages carry."""
        return int(self.epochs[0])

    @functools.cached_property
    def digest(self) -> int:
        """What identifies the samples in messages."""
        return batch_digest(self.samples) if self.made_digest is None else self.made_digest


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


class ClassStream(Stream):
    """A stream that draws its samples by class: groups of some of one class."""

    def __init__(
        self,
        samples: npt.ArrayLike,
        classes: npt.ArrayLike,
        per_class: int,
        batch: int,
        seed: int,
        name: str = "common",
    ) -> None:
        super().__init__(samples, batch, seed, name)
        self.classes = np.asarray(classes, dtype=np.int64)
        self.per_class = per_class
        if len(self.classes) != len(self.samples) or per_class < 1 or batch % per_class:
            raise ValueError("each sample has a class, and a batch holds whole groups")
        self._members = {
            int(label): self.samples[self.classes == label] for label in np.unique(self.classes)
        }
        self._turn = functools.lru_cache(maxsize=4 * len(self._members))(self._draw_turn)
        self._epoch = functools.lru_cache(maxsize=2)(self._draw_epoch)

    def _draw_turn(self, label: int, turn: int) -> npt.NDArray[np.int64]:
        members = self._members[label]
        order: npt.NDArray[np.int64] = members[
            self._key.child("class", label, turn).shuffled(np.arange(len(members)))
        ]
        begun = turn * len(members) % self.per_class
        if begun == 0:
            return order
        taken = self._turn(label, turn - 1)[-begun:]
        first = order[~np.isin(order, taken)][: self.per_class - begun]
        return np.concatenate([first, order[~np.isin(order, first)]])

    def _draw_epoch(self, epoch: int) -> npt.NDArray[np.int64]:
        offsets = self._key.child("classes", epoch)
        groups: list[tuple[float, int, npt.NDArray[np.int64]]] = []
        for label, members in self._members.items():
            first, last = (e * len(members) // self.per_class for e in (epoch, epoch + 1))
            offset = (offsets.bits(label) >> 11) / 2**53
            for place in range(last - first):
                groups.append(
                    ((place + offset) / (last - first), label, self._group(label, first + place))
                )
        groups.sort(key=lambda group: group[:2])
        return np.concatenate([np.empty(0, np.int64), *(group for _, _, group in groups)])

    def _group(self, label: int, number: int) -> npt.NDArray[np.int64]:
        count = len(self._members[label])
        places = range(number * self.per_class, (number + 1) * self.per_class)
        return np.array([self._turn(label, p // count)[p % count] for p in places], dtype=np.int64)

    def _start(self, epoch: int) -> int:
        groups = sum(epoch * len(m) // self.per_class for m in self._members.values())
        return groups * self.per_class

    def at(self, step: int) -> Batch:
        """The batch of a step, counted from 0."""
        first, last = step * self.batch, (step + 1) * self.batch
        epoch = first // len(self.samples)
        start, end = self._start(epoch), self._start(epoch + 1)
        samples, epochs = [], []
        while first < last:
            if first < end:
                drawn = self._epoch(epoch)[first - start : last - start]
                samples.append(drawn)
                epochs.append(np.full(len(drawn), epoch, dtype=np.int64))
                first = min(last, end)
            epoch += 1
            start, end = end, self._start(epoch + 1)
        return Batch(np.concatenate(samples), np.concatenate(epochs))

    def order_digest(self, set_identity: bytes) -> bytes:
        """What fixes the order of the samples of a training set of this identity; 32 bytes."""
        groups = (self.per_class, self.classes)
        return order_digest(set_identity, self.seed, self.name, self.samples, self.batch, groups)
