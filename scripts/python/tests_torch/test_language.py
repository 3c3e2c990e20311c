"""Language models: ours against Hugging Face's, and a model of theirs as a teacher."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from cohort import models
from tests import support
from tests_torch.learners.language import answer, small
from tests_torch.test_torch import command

LENGTH = 24


def test_a_decoder_computes_what_that_of_hugging_face_does() -> None:
    theirs = small(19, LENGTH)
    ours = models.make("gpt", (1, 1, LENGTH), 19, {"dimension": 16, "layers": 2, "heads": 2})
    state = {}
    for name, tensor in theirs.state_dict().items():
        # Their layers keep the transpose of a linear layer's weight, and the last layer twice.
        is_layer = name.endswith("weight") and (".attn.c_" in name or ".mlp.c_" in name)
        if name != "lm_head.weight":
            state[name] = tensor.T if is_layer else tensor
    ours.load_state_dict(state, strict=True)
    tokens = torch.randint(19, (3, 1, 1, LENGTH))
    expected = answer(theirs, tokens).flatten(0, 1)
    assert torch.allclose(ours.eval()(tokens.float()), expected, atol=1e-5)
    assert not torch.allclose(expected, expected.mean(), atol=0.1)


def test_a_model_of_hugging_face_teaches(tmp_path: Path) -> None:
    configuration = f"""
data:
  set: corpus
  options: {{files: /usr/share/common-licenses/GPL-2, length: {LENGTH}, test-share: 0.1}}
training: {{steps: 30, batch: 8, interval: 10, optimizer: {{kind: adamw, rate: 0.003}}}}
learners:
  t: {{role: teacher, external: true, command: "{command("language", str(LENGTH))}"}}
  s:
    model: gpt
    options: {{dimension: 16, layers: 1, heads: 2}}
    on-policy: {{share: 0.5, prompt: 4}}
    task: 0
teaching:
  - teach: {{from: t, to: s, inputs: send}}
"""
    run = support.run(tmp_path, configuration)
    lines = [json.loads(line) for line in (run.path / "learners/s/metrics.jsonl").open()]
    divergence = [line["divergence"]["t"] for line in lines if line["kind"] == "interval"]
    assert len(divergence) == 3 and 0 < divergence[-1] < divergence[0]
