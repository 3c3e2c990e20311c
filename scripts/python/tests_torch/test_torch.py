"""Cohorts of Swift learners with models of PyTorch, ONNX Runtime and scikit-learn."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

import cohort
from cohort.contents import content_of
from cohort.plan import Schedule, Term
from cohort.state import NamedState
from cohort.teaching import Taught
from tests import pages, support

LEARNERS = Path(__file__).parent / "learners"


def command(module: str, *words: str) -> str:
    path = f"PYTHONPATH={shlex.quote(str(LEARNERS.parents[1]))}"
    line = [sys.executable, "-m", f"tests_torch.learners.{module}", *words]
    return f"{path} {shlex.join(line)}"


MUTUAL = f"""
data: {{set: digits, labels: {{each: 60, private: true}}}}
training: {{steps: 48, batch: 16, common: 32, optimizer: {{rate: 0.1, momentum: 0.9}}}}
learners:
  a: {{model: mlp, options: {{hidden: [16]}}}}
  p: {{external: true, command: "{command("mlp")}"}}
teaching:
  - mutual: [a, p]
checkpoints: {{every: 8}}
restarts: 100
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> cohort.Run:
    return support.run(tmp_path_factory.mktemp("undisturbed"), MUTUAL)


def weights(run: cohort.Run) -> dict[str, torch.Tensor]:
    return dict(torch.load(run.path / "learners/p/weights.pt", weights_only=True))


@pytest.mark.parametrize("seed", range(2))
def test_a_killed_net_of_pytorch_resumes_to_the_bit(
    seed: int, tmp_path: Path, undisturbed: cohort.Run
) -> None:
    generator = np.random.default_rng(seed)
    kills = [
        [
            str(generator.choice(["a", "p"])),
            int(step),
            str(generator.choice(["before", "exchanged", "updated"])),
        ]
        for step in generator.choice(48, size=4, replace=False)
    ]
    run = support.run(tmp_path, MUTUAL, environment={"KILLS": json.dumps(kills)})
    assert support.digest(run) == support.digest(undisturbed), kills
    found, expected = weights(run), weights(undisturbed)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


@pytest.mark.parametrize("framework", ["torch", "onnx", "sklearn"])
def test_a_frozen_model_of_each_framework_teaches(framework: str, tmp_path: Path) -> None:
    configuration = f"""
data: {{set: digits}}
training: {{steps: 20, batch: 32}}
learners:
  t: {{role: teacher, external: true, command: "{command("teach", framework)}"}}
  s: {{model: mlp, options: {{hidden: [16]}}}}
teaching:
  - teach: {{from: t, to: s}}
"""
    run = support.run(tmp_path, configuration)
    assert run.frame("interval", "s")["terms.kd<t.value"].max() > 0
    assert list(run.results()["learner"]) == ["s"]


def test_the_tutorial_works_as_it_is_written(tmp_path: Path) -> None:
    output = pages.run("PeerInTenLines.md", tmp_path, "scripts/test-python-torch.sh")
    assert "test accuracy" in output
    run = cohort.Run(tmp_path / "runs/mixed/latest")
    learner = run.summary["learners"]["a"]
    assert learner["test_accuracy"] > learner["alone_test_accuracy"]


def term(combination: str, teachers: int, temperature: float) -> Taught:
    names = tuple(f"t{i}" for i in range(teachers))
    generator = np.random.default_rng(5)
    found = {
        name: torch.from_numpy(generator.normal(size=(6, 5)).astype(np.float32)) for name in names
    }
    planned = Term("kd", combination, names, "logits", temperature, 1, Schedule(), (), False)
    return Taught(planned, 0.7, found)


@pytest.mark.parametrize("combination", ["pairwise", "sum", "probabilities"])
@pytest.mark.parametrize("teachers", [1, 3])
def test_a_term_s_gradient_is_that_of_pytorch_s_divergence(combination: str, teachers: int) -> None:
    taught = term(combination, teachers, 3.0)
    logits = torch.randn(6, 5, generator=torch.Generator().manual_seed(2), requires_grad=True)
    kl = torch.nn.functional.kl_div
    own = (logits / 3).log_softmax(1)
    shares = [(other / 3).softmax(1) for other in taught.teachers.values()]
    losses = [kl(own, share, reduction="batchmean") for share in shares]
    if combination == "probabilities":
        expected = kl(own, sum(shares) / teachers, reduction="batchmean")
    else:
        expected = sum(losses) / (teachers if combination == "pairwise" else 1)
    (9 * 0.7 * expected).backward()
    reference = logits.grad.clone()
    logits.grad = None
    taught.loss(logits).backward()
    torch.testing.assert_close(logits.grad, reference)
    numpy = Taught(
        taught.term, 0.7, {name: other.numpy() for name, other in taught.teachers.items()}
    )
    gradient = numpy.gradient(logits.detach().numpy())
    np.testing.assert_allclose(gradient, reference.numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("combination", ["pairwise", "sum", "probabilities"])
def test_a_term_of_banked_knowledge_is_the_same_in_both_frameworks(combination: str) -> None:
    whole = term(combination, 3, 3.0)
    ages = {"t1": np.array([2, -1, 5, -1, -1, 0]), "t2": np.array([-1, -1, 1, 1, -1, 1])}
    taught = Taught(whole.term, 0.7, whole.teachers, ages=ages, expected=3)
    numpy = Taught(
        whole.term, 0.7, {n: v.numpy() for n, v in whole.teachers.items()}, ages=ages, expected=3
    )
    logits = torch.randn(6, 5, generator=torch.Generator().manual_seed(2), requires_grad=True)
    loss = taught.loss(logits)
    loss.backward()
    np.testing.assert_allclose(loss.item(), numpy.loss(logits.detach().numpy()), rtol=1e-5)
    gradient = numpy.gradient(logits.detach().numpy())
    np.testing.assert_allclose(gradient, logits.grad.numpy(), rtol=1e-4, atol=1e-6)


def test_contents_are_those_of_pytorch() -> None:
    torch.manual_seed(0)
    a, b = torch.randn(3, 4, 8, 8), torch.randn(3, 6, 4, 4)
    taps = {"a": a.numpy(), "b": b.numpy(), "p": a[:, :1].numpy(), "q": b[:, :1].numpy()}
    logits = torch.randn(3, 5)

    def found(content: str) -> torch.Tensor:
        return torch.from_numpy(content_of(content, logits.numpy(), taps))

    close = torch.testing.assert_close
    close(found("probabilities@4"), (logits / 4).softmax(1))
    close(found("votes"), torch.nn.functional.one_hot(logits.argmax(1), 5).float())
    close(found("a/map"), a)
    close(found("a/attention"), a.square().mean(1))
    close(found("a/embedding"), a.mean((2, 3)))
    rows = a.flatten(1)
    close(found("a/similarity"), torch.nn.functional.normalize(rows @ rows.T))
    distances = torch.cdist(rows, rows)
    mean = distances.sum() / (distances > 0).sum()
    close(found("a/distances"), distances / mean, rtol=1e-4, atol=1e-4)
    unit = torch.nn.functional.normalize(rows)
    kernel = (unit @ unit.T + 1) / 2
    close(found("a/affinity"), kernel / kernel.sum(1, keepdim=True))
    means = a.mean((2, 3))
    squares = torch.cdist(means, means).square()
    close(found("a/squared-distances"), squares / squares.max())
    moves = (b.mean((2, 3))[:, :1] - a.mean((2, 3))[:, :1]).square()
    close(found("p+q/transformation"), moves / moves.max())
    vectors = torch.linalg.svd(a.flatten(2).transpose(1, 2), full_matrices=False)[2][:, :4]
    turned = vectors * torch.where(vectors.sum(2, keepdim=True) < 0, -1.0, 1.0)
    found_vectors = found("a/singular-vectors").reshape(len(a), 4, -1)[:, : vectors.shape[1]]
    close(found_vectors, turned, rtol=1e-3, atol=1e-4)
    pooled = torch.nn.functional.avg_pool2d(a, 2).flatten(2)
    close(found("a+b/flow"), pooled @ b.flatten(2).transpose(1, 2) / 16)
    largest = torch.nn.functional.max_pool2d(a, 2).flatten(2)
    close(found("a+b/max-flow"), largest @ b.flatten(2).transpose(1, 2) / 16)
    close(found("a+b/maps"), torch.cat([a.flatten(1), b.flatten(1)], 1))
    close(found("a+b/means"), torch.cat([a.mean((2, 3)), b.mean((2, 3))], 1))
    close(found("a+b/first-positions"), torch.cat([a[:, :, 0, 0], b[:, :, 0, 0]], 1))


def test_state_of_every_kind_is_saved_and_loaded(tmp_path: Path) -> None:
    model = torch.nn.Linear(3, 2)
    optimizer = torch.optim.Adam(model.parameters())
    array, generator = np.arange(3.0), np.random.default_rng(1)
    state = NamedState({"m": model, "o": optimizer, "a": array, "g": generator})
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()
    state.save(tmp_path)
    before = (model.weight.clone(), torch.rand(1), array.copy(), generator.random())
    optimizer.step()
    array += 1
    torch.rand(5)
    state.load(tmp_path)
    after = (model.weight.clone(), torch.rand(1), array.copy(), generator.random())
    assert torch.equal(before[0], after[0]) and torch.equal(before[1], after[1])
    assert (before[2] == after[2]).all() and before[3] == after[3]
    with pytest.raises(cohort.WrongConfiguration, match="save\\(folder\\)"):
        NamedState({"x": object()})


def test_the_page_about_own_pictures_works_as_it_is_written(tmp_path: Path) -> None:
    output = pages.run("TeachFromPictures.md", tmp_path, "scripts/test-python-torch.sh")
    accuracy = float(output.partition("test accuracy ")[2].partition("%")[0])
    learner = cohort.Run(tmp_path / "runs/shapes/latest").summary["learners"]["s"]
    assert accuracy == pytest.approx(100 * learner["test_accuracy"], abs=0.01)
    assert learner["test_accuracy"] > learner["alone_test_accuracy"]
