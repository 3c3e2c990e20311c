"""Nets of PyTorch that carry a generator's gradient on, beside the same nets in Swift."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

import cohort
from cohort.places import RETURNED_ADJOINTS
from tests import support

from .test_torch import command

NETS = "{channels: [4, 6], hidden: 12}"
STEPS = 12


@pytest.fixture(scope="module")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that the nets begin with, and exports of its learners for PyTorch."""
    place = tmp_path_factory.mktemp("nets")
    run = support.run(
        place,
        "data: {set: digits}\ntraining: {steps: 30, batch: 32, optimizer: {rate: 0.1}}\n"
        f"learners:\n  t: {{model: lenet, options: {NETS}}}\n"
        f"  s: {{model: lenet, options: {NETS}}}\nteaching: [{{mutual: [t, s]}}]\n",
    )
    for name in ("t", "s"):
        done = support.program(
            "export", f"{run.path}/{name}", "--safetensors", str(place / name), cwd=place
        )
        assert done.returncode == 0, done.stderr
    return place


def configuration(nets: Path, method: str, *, torch_teacher: bool, torch_student: bool) -> str:
    """A cohort in which some nets are PyTorch's and the others Swift's."""
    weights = f"weights: {nets}/runs/cohort/latest"
    teacher = f'external: true, command: "{command("made", "teacher", str(nets / "t"))}"'
    student = f'external: true, command: "{command("made", "student", str(nets / "s"))}"'
    return f"""
data: {{set: digits, labels: 128}}
training: {{steps: {STEPS}, batch: 16, evaluate: 0, optimizer: {{kind: sgd, rate: 0.05}}}}
learners:
  t: {{model: lenet, options: {NETS}, role: teacher, {teacher if torch_teacher else weights}}}
  g: {{model: dcgan, options: {{latent: 4, channels: 4}}, role: generator}}
  s:
    {{model: lenet, options: {NETS}, labelled: false, {student if torch_student else weights}}}
teaching:
  - data-free: {{generator: g, teacher: t, to: [s], method: {method}}}
checkpoints: {{every: 4}}
restarts: 20
"""


DFAD = "{kind: dfad, student-steps: 2}"
DAFL = "{kind: dafl, activation: 1}"


def gradients(run: cohort.Run, learner: str) -> dict[int, npt.NDArray[np.floating]]:
    """What a learner sent back to the generator, by step."""
    published = run.journal(learner).published()
    return {
        step: knowledge["adjoint@g/samples@g"]
        for (step, number), knowledge in published.items()
        if number == RETURNED_ADJOINTS
    }


@pytest.mark.parametrize("who", ["t", "s"])
@pytest.mark.parametrize("method", [DFAD, DAFL])
def test_the_gradient_is_that_of_the_same_net_in_swift(
    who: str, method: str, nets: Path, tmp_path: Path
) -> None:
    if (who, method) == ("s", DAFL):
        pytest.skip("the student guides no generator of DAFL")
    found = {}
    for kind in ("swift", "torch"):
        (tmp_path / kind).mkdir()
        text = configuration(
            nets,
            method,
            torch_teacher=kind == "torch" and who == "t",
            torch_student=kind == "torch" and who == "s",
        )
        found[kind] = gradients(support.run(tmp_path / kind, text), who)
    steps = [step for step in range(STEPS) if method == DAFL or step % 3 == 2]
    assert sorted(found["swift"]) == sorted(found["torch"]) == steps
    for step in steps:
        expected = found["swift"][step]
        size = np.linalg.norm(expected)
        assert size > 0
        assert np.linalg.norm(found["torch"][step] - expected) <= 1e-5 * size, step


@pytest.mark.parametrize("seed", range(2))
def test_kills_change_no_bit(seed: int, nets: Path, tmp_path: Path) -> None:
    text = configuration(nets, DFAD, torch_teacher=True, torch_student=True)
    generator = np.random.default_rng(seed)
    kills = [
        [who, int(step), str(generator.choice(["before", "exchanged", "updated"]))]
        for who, step in zip(
            "tsgs", generator.choice(STEPS - 1, size=4, replace=False), strict=True
        )
    ]
    runs = []
    for name, environment in [("calm", {}), ("killed", {"KILLS": json.dumps(kills)})]:
        (tmp_path / name).mkdir()
        runs.append(support.run(tmp_path / name, text, environment=environment))
    calm, killed = runs
    assert (killed.path / "launcher.log").read_text().count("starting it again") == 4, kills
    assert support.digest(killed, "g") == support.digest(calm, "g"), kills
    states = [torch.load(run.path / "learners/s/weights.pt", weights_only=True) for run in runs]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_a_model_without_gradients_is_refused(nets: Path, tmp_path: Path) -> None:
    text = configuration(nets, DFAD, torch_teacher=True, torch_student=True)
    plan = support.plan(tmp_path, text, "s")
    with pytest.raises(cohort.WrongConfiguration, match="carry the gradient of generator 'g' on"):
        cohort.Peer(cohort.digits(support.DIGITS), {}, predict=lambda x: x, plan=plan)
    plan = support.plan(tmp_path, text, "t")
    with pytest.raises(cohort.WrongConfiguration, match="give device="):
        cohort.serve(lambda images: images, plan=plan)
    with pytest.raises(cohort.WrongConfiguration, match="nobody can record before"):
        cohort.record(lambda x: x, cohort.digits(support.DIGITS), tmp_path / "r", plan=plan)


def test_the_plan_says_whose_turn_it_is(nets: Path, tmp_path: Path) -> None:
    text = configuration(nets, DFAD, torch_teacher=True, torch_student=True)
    plan = support.plan(tmp_path, text, "s")
    assert plan.generator == "g" and not plan.is_sent_inputs
    (term,) = plan.terms
    factors = [term.schedule.factor(step, plan.steps_per_epoch) for step in range(6)]
    assert factors == [1, 1, 0, 1, 1, 0]
    assert [plan.guides(step) for step in range(6)] == [False, False, True] * 2
    assert support.plan(tmp_path, text, "t").is_sent_inputs
