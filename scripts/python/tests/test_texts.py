"""A learner of another program numbers texts as the cohort does."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cohort
from tests import support

TEXTS = ["a b", "the c c", "", "b the the a", "zebra the c"] * 3
LENGTH = 4
LEARNERS = "learners: {c: {model: text-cnn, options: {windows: [2]}}}"


def plan(place: Path, tokenizer: str) -> cohort.Plan:
    lines = [json.dumps({"text": text, "label": i % 2}) for i, text in enumerate(TEXTS)]
    (place / "texts.jsonl").write_text("\n".join(lines))
    options = f"file: texts.jsonl, length: {LENGTH}, test-share: 0, tokenizer: {tokenizer}"
    return support.plan(
        place,
        f"data: {{set: text, options: {{{options}}}, validation: 2}}\n"
        f"training: {{steps: 4, batch: 8}}\n{LEARNERS}\n",
        "c",
    )


def test_bytes(tmp_path: Path) -> None:
    made = plan(tmp_path, "bytes")
    rows = np.zeros((len(TEXTS), LENGTH), np.uint8)
    for row, text in zip(rows, TEXTS, strict=True):
        cut = text.encode()[:LENGTH]
        row[: len(cut)] = list(cut)
    labels = np.arange(len(TEXTS)) % 2
    cohort.DataSet.of(rows, labels).check(made.data)
    rows[0, 0] += 1
    with pytest.raises(cohort.WrongConfiguration):
        cohort.DataSet.of(rows, labels).check(made.data)


def test_words_of_the_plan(tmp_path: Path) -> None:
    made = plan(tmp_path, "{kind: words, min-count: 4}")
    tokens = made.data.tokens
    assert tokens is not None and tokens.unknown is not None
    assert tokens.texts == ("[PAD]", "[UNK]", "the", "c", "a", "b")
    assert (tokens.padding, tokens.unknown) == (0, 1)
    numbers = {text: number for number, text in enumerate(tokens.texts)}
    rows = np.full((len(TEXTS), LENGTH), tokens.padding, np.uint8)
    for row, text in zip(rows, TEXTS, strict=True):
        found = [numbers.get(word, tokens.unknown) for word in text.split()][:LENGTH]
        row[: len(found)] = found
    cohort.DataSet.of(rows, np.arange(len(TEXTS)) % 2).check(made.data)
