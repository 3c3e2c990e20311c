"""The mixed cohorts of the examples, which scripts/mixed-cohorts.sh runs at length."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import support

EXAMPLES = support.ROOT / "scripts/python/examples/mixed"


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "DIGITS": str(support.DIGITS), "COHORT_PROGRAM": str(support.PROGRAM)}


@pytest.mark.parametrize(("name", "learner"), [("taught", "s"), ("mutual", "a"), ("chain", "a")])
def test_each_cohort_teaches_both_sides(name: str, learner: str, tmp_path: Path) -> None:
    place = tmp_path / "examples"
    shutil.copytree(EXAMPLES, place)
    words = ["training.steps=300", f"runs={tmp_path / 'runs'}"]
    done = support.program("run", f"{name}.yaml", *words, cwd=place, environment=environment())
    assert done.returncode == 0, done.stderr
    run = tmp_path / f"runs/mixed-{name}/latest"
    found = [json.loads((run / "summary.json").read_text())["learners"][learner]]
    if name != "taught":
        found.append(json.loads((run / "learners/p/result.json").read_text()))
    for accuracies in found:
        assert accuracies["test_accuracy"] > accuracies["alone_test_accuracy"]


def test_kills_on_either_side_change_no_bit(tmp_path: Path) -> None:
    place = tmp_path / "examples"
    shutil.copytree(EXAMPLES, place)
    done = subprocess.run(
        [sys.executable, "kills.py", "4", "3", "1000"],
        cwd=place,
        env={**os.environ, **environment()},
        capture_output=True,
        text=True,
        timeout=2 * support.LIMIT,
        check=False,
    )
    assert done.returncode == 0 and "4 killed in all" in done.stdout, done.stdout + done.stderr
