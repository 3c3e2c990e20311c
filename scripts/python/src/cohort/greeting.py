"""What a greeting states beside its fields: lines `name=value` behind the program's name."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from .dataset import DataSet
from .digests import identity, order_number
from .plan import Plan
from .wire import Refusal

PROGRAM = "cohort for Python"
_LABELS, _TEST, _STEPS = "labels", "test-samples", "steps"


def greeting(plan: Plan, data: DataSet | None) -> str:
    """The text of a learner's greeting; without data it states nothing of them."""
    stated = {_LABELS: "", _TEST: "", _STEPS: str(plan.steps) if plan.steps else ""}
    if data is not None:
        stated |= _stated_of(plan, data)
    return "\n".join([PROGRAM, *(f"{name}={value}" for name, value in stated.items() if value)])


def _stated_of(plan: Plan, data: DataSet) -> dict[str, str]:
    """What is stated of the data."""
    stated = {}
    if plan.is_common_labelled:
        stated[_LABELS] = _start(_labels(data.labels, plan.classes))
    if data.test_images is not None and data.test_labels is not None and _has_one_view(plan, data):
        test = identity(data.test_images) + _labels(data.test_labels, plan.classes)
        stated[_TEST] = _start(hashlib.sha256(test).digest())
    return stated


def objection(own: str, other: str, name: str) -> Refusal | None:
    """Why a neighbour with another greeting cannot be `name`'s, where both sides state the same."""
    ours, theirs = _stated(own), _stated(other)
    if _differ(ours, theirs, _LABELS):
        return Refusal(10, f"'{name}' has other labels of the same samples")
    if _differ(ours, theirs, _TEST):
        return Refusal(11, f"'{name}' has other test samples or test labels")
    return None


def _differ(ours: dict[str, str], theirs: dict[str, str], name: str) -> bool:
    return name in ours and name in theirs and ours[name] != theirs[name]


def _stated(text: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in text.split("\n")[1:]]
    return {name: value for name, sign, value in pairs if sign}


def _labels(labels: npt.NDArray[np.int64], classes: int) -> bytes:
    """The SHA-256 of labels; 32 bytes."""
    head = np.array([len(labels), classes], dtype="<u8")
    return hashlib.sha256(head.tobytes() + labels.astype("<u8").tobytes()).digest()


def _has_one_view(plan: Plan, data: DataSet) -> bool:
    """Whether the cohort's data have no other views, which the digest of the test samples holds."""
    if plan.common is None:
        return False
    return order_number(plan.common.order_digest(identity(data.images))) == plan.sample_order


def _start(digest: bytes) -> str:
    return digest[:8].hex()
