"""Every family of models, trained for a moment, exported, and evaluated by two other programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from cohort import models
from tests import support

SMALL = {
    "mlp": "{hidden: [16, 8], activation: gelu-tanh, dropout: 0.1}",
    "lenet": "{channels: [4, 6], hidden: 12, activation: softplus}",
    "plain-cnn": "{depth: 10}",
    "mobilenet": "{width: 4}",
    "shufflenet": "{width: 8, last: 16}",
    "vgg8": "{width: 4}",
    "vgg13": "{width: 4}",
    "resnet8": "{width: 4}",
    "resnet20": "{width: 4}",
    "wrn-10-2": "{width: 4, dropout: 0.2}",
    "searched": "{blocks: [4/2 mb3k3 conv3, 6 mb3k5 mb3k3, 6/2 sep5 skip, 8 skip]}",
    "tabular-resnet": "{width: 12, blocks: 1, residual-dropout: 0.1}",
}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an export of each family."""
    place = tmp_path_factory.mktemp("models")
    learners = "\n".join(
        f"  {name}: {{model: {name}, options: {options}}}" for name, options in SMALL.items()
    )
    run = support.run(
        place,
        "data: {set: digits, labels: 200}\ntraining: {steps: 4, batch: 16, threads: 1}\n"
        f"learners:\n{learners}\nteaching: [{{mutual: [mlp, lenet]}}]\n",
    )
    for name in SMALL:
        files = ["--safetensors", str(place / name), "--onnx", str(place / f"{name}.onnx")]
        done = support.program("export", f"{run.path}/{name}", *files, cwd=place)
        assert done.returncode == 0, done.stderr
    return place


@pytest.mark.parametrize("name", SMALL)
def test_pytorch_and_onnx_runtime_agree(name: str, exports: Path) -> None:
    model = models.load(exports / name)
    shape = json.loads((exports / name / "config.json").read_text())["input"]
    x = np.random.default_rng(1).standard_normal([5, *shape]).astype(np.float32)
    with torch.no_grad():
        found = model(torch.from_numpy(x)).numpy()
    session = onnxruntime.InferenceSession(
        exports / f"{name}.onnx", providers=["CPUExecutionProvider"]
    )
    (expected,) = session.run(None, {"images": x})
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_models_of_texts_leave_out_padding(tmp_path: Path) -> None:
    words = ["the", "cat", "sat", "on", "a", "mat", "while", "one", "dog", "ran"]
    lines = [
        json.dumps({"text": " ".join(words[i % 3 : 4 + i % 7]), "label": i % 2}) for i in range(60)
    ]
    (tmp_path / "texts.jsonl").write_text("\n".join(lines))
    run = support.run(
        tmp_path,
        "data: {set: text, options: {file: texts.jsonl, length: 12}}\n"
        "training: {steps: 4, batch: 8, threads: 1}\nlearners:\n"
        "  c: {model: text-cnn, options: {dimension: 8, filters: 4}}\n"
        "  t: {model: transformer, options: {dimension: 8, layers: 2, heads: 2, hidden: 8}}\n"
        "teaching: [{mutual: [c, t]}]\n",
    )
    for name in ("c", "t"):
        files = ["--safetensors", name, "--onnx", f"{name}.onnx"]
        done = support.program("export", f"{run.path}/{name}", *files, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        config = json.loads((tmp_path / name / "config.json").read_text())
        tokens = (tmp_path / name / "tokens.txt").read_text().splitlines()
        assert tokens[:2] == ["[PAD]", "[UNK]"] and set(tokens[2:]) == set(words)
        x = np.random.default_rng(1).integers(1, config["vocabulary"], (5, 1, 1, 12))
        for sample, length in zip(x, (12, 7, 3, 1, 0), strict=True):
            sample[..., length:] = config["padding"]
        with torch.no_grad():
            found = models.load(tmp_path / name)(torch.from_numpy(x)).numpy()
        session = onnxruntime.InferenceSession(
            tmp_path / f"{name}.onnx", providers=["CPUExecutionProvider"]
        )
        (expected,) = session.run(None, {"tokens": x})
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown model 'mlq'"):
        models.make("mlq", (1, 8, 8), 10)
