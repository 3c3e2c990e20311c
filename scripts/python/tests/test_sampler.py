"""Keys, streams, division and augmentation against the vectors of the order of samples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cohort.augmentation import Augmentation, Draw
from cohort.digests import identity, run_identifier, views_identity
from cohort.division import divide
from cohort.randomness import Key
from cohort.sampler import ClassStream, Stream

FIXTURE = Path(__file__).parents[3] / "Tests/DatasetsTests/Fixtures/sampler.json"
VECTORS: dict[str, Any] = json.loads(FIXTURE.read_text())


def set_of(start: int, count: int, shape: tuple[int, int, int, int]) -> np.ndarray:
    return np.arange(start, start + count, dtype=np.uint8).reshape(shape)


@pytest.mark.parametrize("case", VECTORS["keys"])
def test_keys(case: dict[str, Any]) -> None:
    path = [p if named else int(p) for p, named in zip(case["path"], case["named"], strict=True)]
    key = Key.of_seed(int(case["seed"], 16)).child(*path)
    assert f"{key.state:016x}" == case["state"]
    assert [f"{key.bits(counter):016x}" for counter in (0, 1, 1000)] == case["bits"]
    assert [f"{int(b):016x}" for b in key.all_bits([0, 1, 1000])] == case["bits"]
    assert [key.integer(below, 3) for below in (1, 9, 1 << 40)] == case["integers"]


@pytest.mark.parametrize("case", VECTORS["samplers"])
def test_streams(case: dict[str, Any]) -> None:
    stream = Stream(case["samples"], case["batch"], case["seed"], case["stream"])
    for step, samples, digest in zip(case["steps"], case["batches"], case["digests"], strict=True):
        batch = stream.at(step)
        assert batch.samples.tolist() == samples
        assert f"{batch.digest:016x}" == digest
    assert stream.order_digest(identity(set_of(0, 60, (10, 1, 2, 3)))).hex() == case["order"]


@pytest.mark.parametrize("case", VECTORS["classSamplers"])
def test_streams_by_class(case: dict[str, Any]) -> None:
    stream = ClassStream(
        case["samples"],
        case["classes"],
        case["perClass"],
        case["batch"],
        case["seed"],
        case["stream"],
    )
    rows = zip(case["steps"], case["batches"], case["epochs"], strict=True)
    for step, samples, epochs in list(rows)[::-1]:
        batch = stream.at(step)
        assert batch.samples.tolist() == samples
        assert batch.epochs.tolist() == epochs
    assert stream.order_digest(identity(set_of(0, 60, (10, 1, 2, 3)))).hex() == case["order"]


def test_identities() -> None:
    assert identity(set_of(0, 60, (10, 1, 2, 3))).hex() == VECTORS["identity"]
    named = {
        "near-infrared": identity(set_of(60, 60, (10, 1, 2, 3))),
        "Tiefe ü": identity(set_of(0, 20, (10, 1, 1, 2))),
    }
    default = identity(set_of(0, 60, (10, 1, 2, 3)))
    assert views_identity(default, named).hex() == VECTORS["viewsIdentity"]
    assert views_identity(default, {}) == default


@pytest.mark.parametrize("case", VECTORS["divisions"])
def test_divisions(case: dict[str, Any]) -> None:
    division = divide(
        case["labels"],
        case["classes"],
        case["seed"],
        validation=case["held"],
        each=case["each"],
        parts=len(case["parts"]),
        skew=case["skew"],
    )
    assert division.validation.tolist() == case["validation"]
    assert [part.tolist() for part in division.parts] == case["parts"]
    assert division.pool.tolist() == case["rest"]


@pytest.mark.parametrize("case", VECTORS["augmentations"])
def test_augmentation(case: dict[str, Any]) -> None:
    augmentation = Augmentation(case["padding"], case["flip"])
    draw = augmentation.draw(case["seed"], case["epoch"], case["sample"])
    assert draw == Draw(case["down"], case["right"], case["mirrored"])
    image = np.add.outer(8 * np.arange(5), np.arange(6))[None]
    assert augmentation.apply(image, draw).ravel().tolist() == case["image"]


def test_a_run_is_its_text_or_a_digest() -> None:
    assert run_identifier("k3f9") == b"k3f9" + bytes(12)
    assert len(run_identifier("a-name-that-is-too-long")) == 16
