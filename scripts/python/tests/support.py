"""Running whole cohorts: the program, configurations, and what a run leaves."""

from __future__ import annotations

import fcntl
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import cohort

ROOT = Path(__file__).parents[3]
LEARNERS = Path(__file__).parent / "learners"
PROGRAM = Path(os.environ.get("COHORT_PROGRAM", ROOT / ".build/release/cohort"))
DIGITS = ROOT / "Sources/Datasets/Resources/digits.csv.gz"
LIMIT = 120.0


def command(script: str) -> str:
    return shlex.join([sys.executable, str(LEARNERS / script)])


def program(
    *words: str, cwd: Path, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end."""
    assert PROGRAM.exists(), f"{PROGRAM} is missing: build it, or name it by COHORT_PROGRAM"
    return subprocess.run(
        [str(PROGRAM), *words],
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


def run(
    place: Path,
    configuration: str,
    words: Sequence[str] = (),
    environment: dict[str, str] | None = None,
) -> cohort.Run:
    """Runs a cohort to its end, which must be a good one."""
    (place / "cohort.yaml").write_text(configuration)
    done = program("run", "cohort.yaml", *words, cwd=place, environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return cohort.Run(place / "runs/cohort/latest")


def plan(place: Path, configuration: str, name: str, words: Sequence[str] = ()) -> cohort.Plan:
    """The plan of a learner."""
    (place / "cohort.yaml").write_text(configuration)
    done = program("check", "cohort.yaml", *words, "--plan", name, cwd=place)
    assert done.returncode == 0, done.stderr
    file = place / f"{name}.json"
    file.write_text(done.stdout)
    return cohort.Plan.load(file)


def wait_for_lock(file: Path) -> None:
    """Waits until the process that holds a directory has ended."""
    with open(file, "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def digest(found: cohort.Run, learner: str = "a") -> str:
    """Of a learner's final weights."""
    return str(found.summary["learners"][learner]["weights_sha256"])
