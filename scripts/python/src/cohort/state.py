"""What a checkpoint holds: the user's own state, saved and loaded as a whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from .errors import WrongConfiguration


@runtime_checkable
class State(Protocol):
    """Anything that can write itself into a folder, and read itself from there."""

    def save(self, folder: Path) -> None:
        """Writes all that training goes on with."""
        ...

    def load(self, folder: Path) -> None:
        """Reads it back, in place."""
        ...


class NamedState:
    """Parts by name, each saved by its kind.

    - a NumPy array, which is filled in place;
    - a `numpy.random.Generator`;
    - a PyTorch module, optimizer or schedule, and anything else with `state_dict` and
      `load_state_dict`.

    With a part of PyTorch its random generators are saved too.
    """

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self._arrays: dict[str, np.ndarray[Any, Any]] = {}
        self._generators: dict[str, np.random.Generator] = {}
        self._objects: dict[str, Any] = {}
        for name, part in parts.items():
            if isinstance(part, np.ndarray):
                self._arrays[name] = part
            elif isinstance(part, np.random.Generator):
                self._generators[name] = part
            elif hasattr(part, "state_dict") and hasattr(part, "load_state_dict"):
                self._objects[name] = part
            else:
                raise WrongConfiguration(
                    f"the state's '{name}' is a {type(part).__name__}: give arrays, generators,"
                    " and objects with state_dict and load_state_dict; or an object with"
                    " save(folder) and load(folder)"
                )
        self._uses_torch = any(
            type(part).__module__.partition(".")[0] == "torch" or _is_module(part)
            for part in self._objects.values()
        )

    def save(self, folder: Path) -> None:
        """Writes arrays.npz, generators.json and objects.pt, as far as there are any."""
        if self._arrays:
            np.savez(folder / "arrays.npz", **self._arrays)  # type: ignore[arg-type]
        if self._generators:
            states = {name: g.bit_generator.state for name, g in self._generators.items()}
            (folder / "generators.json").write_text(json.dumps(states, default=_plain))
        if self._objects:
            self._save_objects(folder / "objects.pt")

    def load(self, folder: Path) -> None:
        """Reads them back."""
        if self._arrays:
            with np.load(folder / "arrays.npz") as saved:
                for name, array in self._arrays.items():
                    np.copyto(array, saved[name], casting="no")
        if self._generators:
            states = json.loads((folder / "generators.json").read_text())
            for name, generator in self._generators.items():
                generator.bit_generator.state = states[name]
        if self._objects:
            self._load_objects(folder / "objects.pt")

    def _save_objects(self, file: Path) -> None:
        states = {name: part.state_dict() for name, part in self._objects.items()}
        if not self._uses_torch:
            with open(file, "wb") as handle:
                np.save(handle, np.array(states, dtype=object), allow_pickle=True)
            return
        import torch

        random = {"cpu": torch.get_rng_state()}
        if torch.cuda.is_available():
            random["cuda"] = torch.cuda.get_rng_state_all()
        torch.save({"objects": states, "random": random}, file)

    def _load_objects(self, file: Path) -> None:
        if not self._uses_torch:
            with open(file, "rb") as handle:
                states = np.load(handle, allow_pickle=True).item()
        else:
            import torch

            saved = torch.load(file, map_location="cpu", weights_only=True)
            states = saved["objects"]
            torch.set_rng_state(saved["random"]["cpu"])
            if "cuda" in saved["random"] and torch.cuda.is_available():
                torch.cuda.set_rng_state_all(saved["random"]["cuda"])
        for name, part in self._objects.items():
            part.load_state_dict(states[name])


def _is_module(part: object) -> bool:
    return any(cls.__module__.partition(".")[0] == "torch" for cls in type(part).__mro__)


def _plain(value: Any) -> Any:
    """Arrays of a generator's state as lists: JSON has no arrays."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return int(value)


def state_of(parts: State | Mapping[str, Any]) -> State:
    """A state by its parts, or as it is."""
    return NamedState(parts) if isinstance(parts, Mapping) else parts


class Together:
    """Several states as one."""

    def __init__(self, *parts: State) -> None:
        self._parts = parts

    def save(self, folder: Path) -> None:
        """Writes all of them."""
        for part in self._parts:
            part.save(folder)

    def load(self, folder: Path) -> None:
        """Reads all of them back."""
        for part in self._parts:
            part.load(folder)
