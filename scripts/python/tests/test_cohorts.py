"""Whole cohorts of real processes: learners in Swift and in NumPy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cohort

from . import support

MUTUAL = f"""
data: {{set: digits, labels: {{each: 60, private: true}}}}
training: {{steps: 48, batch: 16, common: 32, optimizer: {{rate: 0.1, momentum: 0.9}}}}
learners:
  a: {{model: mlp, options: {{hidden: [16]}}}}
  p: {{external: true, command: "{support.command("softmax.py")}"}}
teaching:
  - mutual: [a, p]
checkpoints: {{every: 8}}
restarts: 100
"""
TEACHER = f"""
data: {{set: digits}}
training: {{steps: 40, batch: 32, optimizer: {{rate: 0.1, momentum: 0.9}}}}
learners:
  t: {{role: teacher, external: true, command: "{support.command("nearest.py")}"}}
  a: {{model: mlp, options: {{hidden: [16]}}}}
  b: {{model: plain-cnn, options: {{depth: 2}}}}
teaching:
  - teach: {{from: t, to: [a, b], temperature: 4, weight: 0.9}}
checkpoints: {{every: 8}}
restarts: 20
"""
TRANSPORTS = {
    "ipc": [],
    "tcp": ["exchange.transport=tcp"],
    "ipc-keys": ["exchange.security=curve"],
    "tcp-keys": ["exchange.transport=tcp", "exchange.security=curve"],
}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> cohort.Run:
    return support.run(tmp_path_factory.mktemp("undisturbed"), MUTUAL)


def p_weights(run: cohort.Run) -> np.ndarray:
    return np.asarray(np.load(run.path / "learners/p/weights.npy"))


@pytest.mark.parametrize("transport", sorted(TRANSPORTS))
def test_a_mutual_cohort_comes_to_the_same_weights_over_every_transport(
    transport: str, tmp_path: Path, undisturbed: cohort.Run
) -> None:
    run = support.run(tmp_path, MUTUAL, TRANSPORTS[transport])
    assert support.digest(run) == support.digest(undisturbed)
    assert (p_weights(run) == p_weights(undisturbed)).all()


def test_both_learn_from_each_other(undisturbed: cohort.Run) -> None:
    intervals = undisturbed.columns("interval", "a")
    assert np.nanmax(intervals["terms.dml<p.value"]) > 0
    assert undisturbed.summary["learners"]["a"]["test_accuracy"] > 0.5
    log = (undisturbed.path / "launcher.log").read_text()
    accuracy = float(log.partition("p: accuracy ")[2].split()[0])
    assert accuracy > 0.5


@pytest.mark.parametrize("seed", range(3))
def test_killed_learners_on_either_side_change_no_bit(
    seed: int, tmp_path: Path, undisturbed: cohort.Run
) -> None:
    generator = np.random.default_rng(seed)
    points = ("before", "exchanged", "updated")
    kills = [
        [str(generator.choice(["a", "p", "p"])), int(step), str(generator.choice(points))]
        for step in generator.choice(48, size=6, replace=False)
    ]
    run = support.run(tmp_path, MUTUAL, environment={"KILLS": json.dumps(kills)})
    assert support.digest(run) == support.digest(undisturbed), kills
    assert (p_weights(run) == p_weights(undisturbed)).all()
    log = (run.path / "launcher.log").read_text()
    assert "starting it again" in log


def test_killed_learners_with_keys_change_no_bit(tmp_path: Path, undisturbed: cohort.Run) -> None:
    kills = [["p", 11, "exchanged"], ["a", 20, "before"], ["p", 31, "updated"]]
    run = support.run(
        tmp_path, MUTUAL, TRANSPORTS["tcp-keys"], environment={"KILLS": json.dumps(kills)}
    )
    assert support.digest(run) == support.digest(undisturbed)


def test_a_teacher_serves_two_students_live_and_recorded_alike(tmp_path: Path) -> None:
    live = support.run(tmp_path, TEACHER)
    plan = support.plan(tmp_path, TEACHER, "t")
    from .learners import nearest

    data = cohort.digits(support.DIGITS)
    cohort.record(nearest.teacher(data, plan), data, tmp_path / "recording", plan=plan)
    shapes = cohort.to_npz(tmp_path / "recording", tmp_path / "knowledge.npz")
    assert shapes["logits@round-0"] == (40, 32, 10)
    cohort.from_npz(tmp_path / "knowledge.npz", tmp_path / "again", plan=plan)
    for source in ("recording", "again", live.path / "learners/t/journal"):
        recorded = TEACHER.replace(
            f'role: teacher, external: true, command: "{support.command("nearest.py")}"',
            f"model: mlp, source: {source}",
        )
        run = support.run(tmp_path, recorded, ["checkpoints.every=1000"])
        assert support.digest(run, "a") == support.digest(live, "a")
        assert support.digest(run, "b") == support.digest(live, "b")


@pytest.mark.parametrize(("who", "code"), [("term", 75), ("launcher", -9)])
def test_a_run_that_was_stopped_or_lost_its_launcher_is_resumed_to_the_bit(
    who: str, code: int, tmp_path: Path, undisturbed: cohort.Run
) -> None:
    (tmp_path / "cohort.yaml").write_text(MUTUAL)
    kills = {"KILLS": json.dumps([[who, 21, "exchanged"]])}
    done = support.program("run", "cohort.yaml", cwd=tmp_path, environment=kills)
    assert done.returncode == code, done.stderr
    learners = tmp_path / "runs/cohort/latest/learners"
    for name in ("a", "p"):
        support.wait_for_lock(learners / name / "lock")
    steps = [int(path.name[5:]) for path in (learners / "p/checkpoints").glob("step-*")]
    assert 16 <= max(steps) < 48
    run = support.run(tmp_path, MUTUAL)
    assert support.digest(run) == support.digest(undisturbed)
    assert (p_weights(run) == p_weights(undisturbed)).all()


def test_a_peer_with_data_of_its_own_learns_from_these(tmp_path: Path) -> None:
    own = MUTUAL.replace("external: true,", "external: true, data: {set: digits, labels: 50},")
    plan = support.plan(tmp_path, own, "p")
    assert plan.own is not None and len(plan.own.samples) == 50 and plan.own_data is not None
    support.run(tmp_path, own, ["training.steps=12"])


LOSSES = ["sp", "rkd-distance", "rkd-angle", "pkt", "irg-edges", "hint"]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_teacher_s_taps_teach(loss: str, tmp_path: Path) -> None:
    configuration = TEACHER.replace(
        "role: teacher,", "role: teacher, model: mlp, options: {hidden: [32]},"
    ).replace("temperature: 4, weight: 0.9", f"loss: {loss}, weight: 0.1")
    configuration = configuration.replace("to: [a, b]", "to: a").replace(
        "  b: {model: plain-cnn, options: {depth: 2}}\n", ""
    )
    run = support.run(tmp_path, configuration, ["training.steps=6", "training.interval=1"])
    terms = [name for name in run.columns("interval", "a") if name.endswith(".value")]
    assert terms and np.nanmax(run.columns("interval", "a")[terms[0]]) > 0


CODECS = ["fp16", "int8", "{kind: top-k, k: 3}"]


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_is_understood(codec: str, tmp_path: Path) -> None:
    configuration = TEACHER.replace("weight: 0.9", f"weight: 0.9, codec: {codec}")
    support.run(tmp_path, configuration, ["training.steps=6"])
    mutual = MUTUAL.replace("mutual: [a, p]", f"mutual: {{among: [a, p], codec: {codec}}}")
    support.run(tmp_path, mutual, ["training.steps=6"])


OPTIONS = {
    "probabilities": "{among: [a, p], carries: probabilities, temperature: 2}",
    "sequential": "{among: [a, p], order: sequential}",
    "sequential, later": "{among: [p, a], order: sequential}",
    "early": "{among: [a, p], missing: {stale: 3}}",
    "drop": "{among: [a, p], missing: drop}",
    "bank": "{among: [a, p], missing: bank}",
    "seldom": "{among: [a, p], schedule: {burn-in: 2, every: 3}}",
}


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_every_way_to_teach_works_with_a_peer(name: str, tmp_path: Path) -> None:
    configuration = MUTUAL.replace("mutual: [a, p]", f"mutual: {OPTIONS[name]}")
    run = support.run(tmp_path, configuration, ["training.steps=20", "training.evaluate=1"])
    intervals = run.columns("interval", "a")
    assert np.nanmax(intervals["terms.dml<p.value"]) > 0


def test_a_relay_s_sum_is_made_and_used(tmp_path: Path) -> None:
    words = ["exchange.topology=relay", "training.steps=16"]
    configuration = MUTUAL.replace("mutual: [a, p]", "mutual: [a, b, p]").replace(
        "  p: {", "  b: {model: mlp, options: {hidden: [8]}}\n  p: {"
    )
    relayed = support.run(tmp_path, configuration, words)
    kills = [["p", 5, "exchanged"], ["p", 11, "updated"]]
    again = support.run(tmp_path, configuration, words, environment={"KILLS": json.dumps(kills)})
    assert support.digest(relayed, "a") == support.digest(again, "a")
    assert support.digest(relayed, "b") == support.digest(again, "b")


def test_a_peer_says_at_once_that_it_keeps_no_snapshots(tmp_path: Path) -> None:
    configuration = MUTUAL.replace("mutual: [a, p]", "codistill: {among: [a, p], every: 5}")
    (tmp_path / "cohort.yaml").write_text(configuration)
    done = support.program("run", "cohort.yaml", cwd=tmp_path)
    assert done.returncode != 0 and "keeps no snapshots" in done.stderr


def test_a_program_that_fails_stops_the_run_and_is_named(tmp_path: Path) -> None:
    configuration = MUTUAL.replace(support.command("softmax.py"), "echo no such model >&2; exit 3")
    (tmp_path / "cohort.yaml").write_text(configuration)
    done = support.program("run", "cohort.yaml", cwd=tmp_path)
    assert done.returncode == 3 and "'p'" in done.stderr and "no such model" in done.stderr


@pytest.mark.parametrize("missing", ["bank", "{bank: 40}"])
def test_banked_knowledge_stands_in_and_a_killed_peer_uses_the_same_again(
    missing: str, tmp_path: Path
) -> None:
    # `a` waits so long for a peer that is late that it is hardly ahead of it; then it stands still
    # until the peer has gone on without it.
    configuration = MUTUAL.replace(
        "mutual: [a, p]", f"mutual: {{among: [a, p], missing: {missing}}}"
    )
    words = ["training.steps=150", "exchange.timeouts.missing=0.5"]
    kills = [
        ["a", 60, "before", "STOP"],
        ["a", 63, "exchanged", "CONT"],
        ["a", 90, "exchanged"],
        ["p", 125, "updated"],
    ]
    run = support.run(tmp_path, configuration, words, {"KILLS": json.dumps(kills)})
    lines = [line.split() for line in (run.path / "learners/p/trace").read_text().splitlines()]
    found: dict[str, tuple[str, str]] = {}
    for step, *what in lines:
        assert found.setdefault(step, (what[0], what[1])) == (what[0], what[1]), step
    assert len(lines) > len(found) == 150
    assert any(int(banked) > 0 for banked, _ in found.values())
