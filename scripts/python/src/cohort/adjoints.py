"""Carrying a generator's gradient on: through a model of PyTorch to the samples that were made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import as_floats, on_device
from .contents import split_name
from .digests import payload_digest
from .errors import CohortError, CorruptData, WrongConfiguration
from .membership import Membership
from .places import ADJOINTS, AFTER, RETURNED_ADJOINTS
from .plan import Plan
from .sampler import Batch
from .samples import Samples
from .tensors import ADJOINT, INPUTS, Knowledge, Tensor

Floats = npt.NDArray[np.float32]


def require_support(plan: Plan, device: str | None) -> None:
    """Raises WrongConfiguration where a learner cannot carry the gradients on that it is sent."""
    steps = [step for step in range(plan.lasts) if plan.guides(step)]
    if not steps:
        return
    if device is None:
        raise WrongConfiguration(
            f"'{plan.name}' is to carry the gradient of generator '{plan.generator}' on through its"
            " model, which PyTorch does: give device=, such as device='cpu', and a model of it"
        )
    if any(plan.published(step, AFTER) for step in steps):
        raise WrongConfiguration(
            f"'{plan.name}' is to publish after its update where it guides generator"
            f" '{plan.generator}', and this package answers before it; leave `sequential` out"
        )


def made_samples(plan: Plan, knowledge: Knowledge) -> Samples:
    """The samples that a generator made, as they came.

    Raises CorruptData where their digest is not that of their bytes.
    """
    tensor = next((t for t in knowledge.tensors if t.kind == INPUTS), None)
    if tensor is None or payload_digest(tensor.payload) != knowledge.batch_digest:
        raise CorruptData(
            f"the samples of '{plan.generator}' at step {knowledge.step} are not those that their"
            " digest is of"
        )
    images = np.asarray(tensor.values, dtype=np.float32)
    batch = Batch(
        np.empty(0, dtype=np.int64), np.array([knowledge.epoch]), made_digest=knowledge.batch_digest
    )
    return Samples(images, None, batch)


class Traced:
    """A forward pass of a model of PyTorch that gradients can still be taken of."""

    def __init__(self, images: Any, outputs: Mapping[str, Any]) -> None:
        """`outputs` are the logits by this name, and the activations by their taps."""
        self._images = images
        self._outputs = outputs

    @staticmethod
    def of(model: Any, images: Floats, device: str | None) -> Traced:
        """What a frozen model gives for images: logits, or logits and activations by tap."""
        import torch

        if isinstance(model, torch.nn.Module):
            model.eval()
        leaf = on_device(images, device).requires_grad_()
        with torch.enable_grad():
            found = model(leaf)
        taps: Mapping[str, Any] = {}
        if isinstance(found, tuple) and len(found) == 2 and isinstance(found[1], Mapping):
            found, taps = found
        return Traced(leaf, {**taps, "logits": found})

    @property
    def values(self) -> tuple[Floats, dict[str, Floats]]:
        """The logits, and the activations by tap."""
        found = {name: as_floats(values) for name, values in self._outputs.items()}
        return found.pop("logits"), found

    def gradient(self, adjoints: Mapping[str, Floats], *, keeps_graph: bool = False) -> Floats:
        """The gradient in the images of Σ adjoint · tensor, over the tensors of these names.

        `keeps_graph` lets the caller take other gradients of the same pass afterwards.
        """
        import torch

        shown = [self._shown(name) for name in adjoints]
        upstream = [
            torch.from_numpy(np.ascontiguousarray(values)).to(tensor)
            for values, tensor in zip(adjoints.values(), shown, strict=True)
        ]
        found = torch.autograd.grad(
            shown, [self._images], upstream, retain_graph=keeps_graph, allow_unused=True
        )[0]
        return np.zeros(self._images.shape, np.float32) if found is None else as_floats(found)

    def _shown(self, name: str) -> Any:
        """The tensor of a name, as it was published, with its graph."""
        place, _, summary = split_name(name)[0].rpartition("/")
        values = self._outputs.get(place or "logits")
        if values is None or summary not in ("logits", "map"):
            raise WrongConfiguration(
                f"'{name}' guides a generator, and this package takes gradients of logits and of"
                " maps of the taps that the model returns"
            )
        if not getattr(values, "requires_grad", False):
            raise WrongConfiguration(
                f"'{name}' does not follow from the samples by PyTorch's operations: compute it of"
                " the images that are given, without torch.no_grad"
            )
        return values[:, :, None, None] if summary == "map" and values.ndim == 2 else values


def carry_on(
    member: Membership, plan: Plan, step: int, batch: Batch, trace: Traced, *, keeps_graph: bool
) -> None:
    """Waits for the gradient in what a step published; sends back that in its samples."""
    found = member.gather((step, ADJOINTS), batch.digest)
    knowledge = found.knowledge.get(plan.generator or "")
    if knowledge is None:
        causes = "; ".join(found.absent.values()) or "it sent none"
        raise CorruptData(
            f"'{plan.generator}': its gradient of step {step} cannot be used: {causes}"
        )
    adjoints = {
        tensor.name.partition("/")[2]: np.asarray(tensor.values, dtype=np.float32)
        for tensor in knowledge.tensors
    }
    values = trace.gradient(adjoints, keeps_graph=keeps_graph)
    if not np.isfinite(values).all():
        raise CohortError(f"the gradient in the samples of step {step} is not finite", 1)
    tensors = tuple(
        Tensor.of(due.name, values, ADJOINT) for due in plan.published(step, RETURNED_ADJOINTS)
    )
    member.publish(Knowledge(step, RETURNED_ADJOINTS, batch.epoch, batch.digest, tensors))
