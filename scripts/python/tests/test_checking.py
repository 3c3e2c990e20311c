"""What is said of connections that cannot work, and learners that are started by hand."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import cohort

from . import support

OUTSIDE = """
data: {set: digits}
training: {steps: 12, batch: 32}
learners:
  t: {role: teacher, external: true}
  a: {model: mlp, options: {hidden: [16]}}
teaching:
  - teach: {from: t, to: a}
exchange: {transport: tcp}
"""


@contextmanager
def waiting(place: Path, *words: str) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """A launcher that waits for `t`, and its contact.json."""
    (place / "cohort.yaml").write_text(OUTSIDE)
    with open(place / "out.txt", "wb") as out:
        launcher = subprocess.Popen(
            [str(support.PROGRAM), "run", "cohort.yaml", *words],
            cwd=place,
            stdout=out,
            stderr=out,
        )
    contact = place / "runs/cohort/latest/contact.json"
    deadline = time.monotonic() + support.LIMIT
    try:
        while not contact.exists():
            assert launcher.poll() is None and time.monotonic() < deadline
        yield contact, launcher
    finally:
        launcher.terminate()
        launcher.wait(support.LIMIT)


@pytest.fixture
def plan(tmp_path: Path) -> cohort.Plan:
    return support.plan(tmp_path, OUTSIDE, "t")


def test_a_sound_connection_is_found_sound_and_a_teacher_by_hand_serves(
    tmp_path: Path, plan: cohort.Plan
) -> None:
    data = cohort.digits(support.DIGITS)
    with waiting(tmp_path) as (contact, launcher):
        found = cohort.check(contact, plan, data)
        assert found.is_sound, str(found)
        assert {"address", "rendezvous", "configuration", "the data"} <= set(found.sound)
        done = subprocess.run(
            [sys.executable, str(support.LEARNERS / "nearest.py")],
            cwd=tmp_path,
            env={
                "PYTHONPATH": ":".join(sys.path),
                "COHORT_CONTACT": str(contact),
                "COHORT_PLAN": str(tmp_path / "t.json"),
            },
            timeout=support.LIMIT,
            check=False,
        )
        assert done.returncode == 0
        assert launcher.wait(support.LIMIT) == 0


def test_each_thing_that_is_wrong_is_named(tmp_path: Path, plan: cohort.Plan) -> None:
    data = cohort.digits(support.DIGITS)
    other = cohort.DataSet.of(data.images[::-1].copy(), data.labels[::-1].copy())
    with waiting(tmp_path) as (contact, _):
        said = cohort.check(contact, replace(plan, configuration=bytes(32)), data)
        assert any("configuration" in problem for problem in said.problems)
        assert any("another content" in p for p in cohort.check(contact, plan, other).problems)
        right = cohort.Invitation.load(contact)
        wrong = replace(right, run=b"other".ljust(16, b"\0"))
        assert any("run" in problem for problem in cohort.check(wrong, plan, data).problems)
        absent = replace(right, rendezvous="tcp://127.0.0.1:1")
        assert any("launcher running" in p for p in cohort.check(absent, plan, data).problems)
        unknown = replace(right, rendezvous="tcp://no-such-host.invalid:1")
        assert any("not known" in p for p in cohort.check(unknown, plan, data).problems)
        named = replace(plan, name="q")
        assert any("'q' is not expected" in p for p in cohort.check(contact, named, data).problems)
    missing = cohort.check(contact, plan, data)
    assert any("contact.json is missing" in problem for problem in missing.problems)


def test_keys_are_asked_for_and_judged(tmp_path: Path) -> None:
    keys = cohort.Keys.new()
    secret = keys.save(tmp_path / "keys", "t")
    assert cohort.Keys.load(secret) == keys
    words = ["exchange.security=curve", f"exchange.keys={tmp_path}/keys"]
    plan = support.plan(tmp_path, OUTSIDE, "t", words)
    with waiting(tmp_path, *words) as (contact, _):
        assert json.loads(contact.read_text())["keys"]["t"] == keys.public.hex()
        assert cohort.check(contact, plan, keys=keys).is_sound
        none = cohort.check(contact, plan)
        assert any("no keys are given" in problem for problem in none.problems)
        stranger = cohort.check(contact, plan, keys=cohort.Keys.new(), timeout=3)
        assert any("keys" in problem for problem in stranger.problems), str(stranger)
    secret.chmod(0o644)
    with pytest.raises(cohort.CohortError, match="chmod 600") as failure:
        cohort.Keys.load(secret)
    assert failure.value.exit_code == 77


def test_a_teacher_of_other_data_or_another_run_is_refused_before_it_joins(
    tmp_path: Path, plan: cohort.Plan
) -> None:
    data = cohort.digits(support.DIGITS)
    with pytest.raises(cohort.WrongConfiguration, match="another content"):
        other = cohort.DataSet.of(data.images[::-1].copy(), data.labels[::-1].copy())
        cohort.serve(lambda images: images, other, contact="none.json", plan=plan)
    with (
        waiting(tmp_path, "seed=2") as (contact, _),
        pytest.raises(cohort.WrongConfiguration, match="print the plan again"),
    ):
        cohort.serve(lambda images: images, data, contact=contact, plan=plan, directory=tmp_path)


@pytest.mark.parametrize("what", ["labels", "test samples"])
def test_a_teacher_with_other_labels_or_test_samples_is_refused_by_the_student(
    what: str, tmp_path: Path, plan: cohort.Plan
) -> None:
    data = cohort.digits(support.DIGITS)
    assert data.test_images is not None
    other = (
        replace(data, labels=data.labels[::-1].copy())
        if what == "labels"
        else replace(data, test_images=data.test_images[::-1].copy())
    )
    with (
        waiting(tmp_path) as (contact, _),
        pytest.raises(cohort.CohortError, match=f"'a' refused 't': .*{what}") as refused,
    ):
        cohort.serve(lambda images: images, other, contact=contact, plan=plan, directory=tmp_path)
    assert refused.value.exit_code == 78
