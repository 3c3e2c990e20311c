"""Running the cohorts of the examples, and what their learners leave."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import cohort

PROGRAM = os.environ["COHORT_PROGRAM"]


def run(configuration: str, runs: str, *words: str) -> cohort.Run:
    """Runs a cohort to its end; `runs` is the folder of its run directory."""
    command = [
        PROGRAM,
        "run",
        f"{configuration}.yaml",
        f"runs={runs}",
        "--progress",
        "none",
        *words,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return latest(configuration, runs)


def latest(configuration: str, runs: str) -> cohort.Run:
    """The newest run of a configuration."""
    return cohort.Run(Path(runs) / f"mixed-{configuration}" / "latest")


def of_peer(folder: Path) -> dict[str, float | str]:
    """What the learner of PyTorch wrote down."""
    found: dict[str, float | str] = json.loads((folder / "result.json").read_text())
    return found
