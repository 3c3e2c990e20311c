"""Kills at random moments: run by hand, for as long as asked.

    python -m tests.soak [KILLS] [SEED]

A mutual cohort of a Swift learner and one in NumPy runs again and again; either side is killed at
moments that the seed determines, and the final weights are compared with an undisturbed run's.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cohort

from . import support
from .test_cohorts import MUTUAL, TRANSPORTS

WORDS = ["training.steps=600", "checkpoints.every=50", "restarts=1000"]


def disturbed(place: Path, words: list[str], generator: random.Random, kills: int) -> cohort.Run:
    """A run in which so many processes are killed."""
    (place / "cohort.yaml").write_text(MUTUAL)
    with open(place / "out.txt", "wb") as out:
        launcher = subprocess.Popen(
            [str(support.PROGRAM), "run", "cohort.yaml", *words], cwd=place, stdout=out, stderr=out
        )
    log = place / "runs/cohort/latest/launcher.log"
    left = kills
    while launcher.poll() is None:
        time.sleep(generator.uniform(0.05, 0.6))
        started = re.findall(
            r"started '(\w)', process (\d+)", log.read_text() if log.exists() else ""
        )
        alive = {name: int(process) for name, process in started}
        if left and len(alive) == 2:
            name = generator.choice(sorted(alive))
            if kill(name, alive[name]):
                left -= 1
    assert launcher.returncode == 0, (place / "out.txt").read_text()
    assert left < kills, "the run was over before anybody was killed"
    print(f"{kills - left} killed", flush=True)
    return cohort.Run(place / "runs/cohort/latest")


def kill(name: str, process: int) -> bool:
    """Kills a learner; of an external one the program below its shell."""
    try:
        os.killpg(process, signal.SIGKILL) if name == "p" else os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def main(kills: int, seed: int) -> None:
    """Runs until so many were killed."""
    generator = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "still").mkdir()
        still = support.run(place / "still", MUTUAL, WORDS)
        done = 0
        while done < kills:
            part = place / f"part-{done}"
            part.mkdir()
            words = WORDS + TRANSPORTS[generator.choice(sorted(TRANSPORTS))]
            run = disturbed(part, words, generator, min(10, kills - done))
            assert support.digest(run) == support.digest(still), f"after {done} kills: {words}"
            log = (run.path / "launcher.log").read_text()
            done += log.count("starting it again")
            print(f"{done} of {kills}: the weights are the same", flush=True)


if __name__ == "__main__":
    main(*(int(word) for word in (sys.argv[1:] + ["50", "1"][len(sys.argv) - 1 :])))
