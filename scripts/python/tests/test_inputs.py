"""Teachers in NumPy that have no data: a student in Swift sends them each batch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cohort
from cohort.codecs import BYTES, Bytes, decode
from cohort.places import INPUTS, following, rank

from . import support

SCHOOL = f"""
data: {{set: digits, augmentation: {{crop: {{padding: 1}}, flip: true}}}}
training: {{steps: 40, batch: 16, optimizer: {{rate: 0.1, momentum: 0.9}}}}
learners:
  t: {{role: teacher, external: true, command: "{support.command("linear.py")}"}}
  a: {{model: mlp, options: {{hidden: [16]}}}}
teaching:
  - teach: {{from: t, to: a, temperature: 4, weight: 0.9}}
checkpoints: {{every: 6}}
restarts: 20
"""
SEND = "teaching.0.teach.inputs=send"


@pytest.fixture(scope="module")
def by_order(tmp_path_factory: pytest.TempPathFactory) -> cohort.Run:
    return support.run(tmp_path_factory.mktemp("order"), SCHOOL)


@pytest.mark.parametrize("replicas", [1, 3])
def test_a_teacher_without_data_teaches_the_same(
    replicas: int, tmp_path: Path, by_order: cohort.Run
) -> None:
    run = support.run(tmp_path, SCHOOL, [SEND, f"learners.t.replicas={replicas}"])
    assert support.digest(run) == support.digest(by_order)


def test_killed_teachers_change_no_bit(tmp_path: Path, by_order: cohort.Run) -> None:
    words = [SEND, "learners.t.replicas=2"]
    run = support.run(tmp_path, SCHOOL, words, {"KILLS": json.dumps([1, 4, 7, 9])})
    assert support.digest(run) == support.digest(by_order)
    log = (run.path / "launcher.log").read_text()
    assert log.count("starting it again") >= 6


def test_samples_of_another_shape_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "cohort.yaml").write_text(SCHOOL)
    done = support.program(
        "run", "cohort.yaml", SEND, cwd=tmp_path, environment={"SHAPE": "[3, 32, 32]"}
    )
    assert done.returncode == 78, done.stderr
    assert "'t' takes samples of 3×32×32, and 'a' sends 1×8×8" in done.stderr


def test_the_plan_says_which_message_carries_which_batch(tmp_path: Path) -> None:
    from cohort.sent import place_of

    plan = support.plan(tmp_path, SCHOOL, "t", [SEND, "learners.t.replicas=2"])
    assert plan.is_sent_inputs
    (link,) = plan.incoming
    for step in range(0, 40, 2):
        assert link.due(*place_of(plan, step)) == ["inputs@t"]
    assert place_of(plan, 0) == (0, INPUTS)
    assert place_of(plan, 4) == (2, INPUTS + 2)


def test_bytes_stand_for_the_values_of_their_channel() -> None:
    generator = np.random.default_rng(3)
    stored = generator.integers(0, 256, size=(2, 3, 4, 5), dtype=np.uint8)
    table = generator.normal(size=(3, 256)).astype(np.float32)
    values = decode(BYTES, stored.shape, Bytes(table).encode(stored))
    expected = np.stack([table[channel][stored[:, channel]] for channel in range(3)], axis=1)
    assert values.dtype == np.float32 and (values == expected).all()
    with pytest.raises(cohort.CorruptData):
        decode(BYTES, stored.shape, Bytes(table).encode(stored)[1:])


def test_rounds_of_samples_come_first() -> None:
    place = (3, 4)
    for _ in range(69):
        after = following(place)
        assert rank(after) > rank(place)
        place = after
    assert place[0] == 4
