"""Random numbers as functions of keys: the same in every learner, in any order of use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_MASK = (1 << 64) - 1
_GAMMA = 0x9E3779B97F4A7C15


def _mix(z: int) -> int:
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return z ^ z >> 31


def _mix_all(z: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


def _fnv(name: str) -> int:
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & _MASK
    return value


@dataclass(frozen=True)
class Key:
    """A key, from which children by name or number and random bits by counter follow."""

    state: int

    @staticmethod
    def of_seed(seed: int) -> Key:
        """The key of a run's seed, an unsigned 64-bit integer."""
        return Key(_mix(seed & _MASK))

    def child(self, *path: str | int) -> Key:
        """The descendant along a path of names and indices."""
        state = self.state
        for part in path:
            inverse = ~state & _MASK
            if isinstance(part, str):
                state = _mix(inverse ^ _fnv(part))
            else:
                state = _mix(inverse + (part + 1) * _GAMMA & _MASK)
        return Key(state)

    def bits(self, counter: int) -> int:
        """64 random bits at a counter."""
        return _mix(self.state + (counter + 1) * _GAMMA & _MASK)

    def all_bits(self, counters: npt.ArrayLike) -> npt.NDArray[np.uint64]:
        """64 random bits at each of some counters."""
        numbers = np.asarray(counters, dtype=np.uint64) + np.uint64(1)
        return _mix_all(numbers * np.uint64(_GAMMA) + np.uint64(self.state))

    def integer(self, below: int, counter: int) -> int:
        """A random integer from 0 to `below` - 1."""
        return below * self.bits(counter) >> 64

    def shuffled(self, numbers: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Numbers, each once, sorted by their random bits; ties by the smaller number."""
        ascending = np.sort(np.asarray(numbers, dtype=np.int64))
        return ascending[np.argsort(self.all_bits(ascending), kind="stable")]
