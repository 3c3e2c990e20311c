"""A frozen teacher in NumPy, a fixed linear map: by the cohort's data, or by what it is sent.

It kills itself once at each of the answers that `KILLS` names, and says by `SHAPE` what it takes.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import numpy as np

import cohort

DIGITS = Path(__file__).parents[4] / "Sources/Datasets/Resources/digits.csv.gz"
WEIGHTS = np.random.default_rng(7).normal(size=(64, 10)).astype(np.float32)
answers = 0


def answer(batch: np.ndarray) -> np.ndarray:
    global answers
    answers += 1
    done = Path(os.environ["COHORT_DIRECTORY"]) / "killed.json"
    kills = json.loads(os.environ.get("KILLS", "[]"))
    killed = json.loads(done.read_text()) if done.exists() else []
    if answers in kills and answers not in killed:
        done.write_text(json.dumps([*killed, answers]))
        os.kill(os.getpid(), signal.SIGKILL)
    logits: np.ndarray = batch.reshape(len(batch), -1) @ WEIGHTS
    return logits


if __name__ == "__main__":
    if cohort.Plan.find().is_sent_inputs:
        shape = json.loads(os.environ.get("SHAPE", "null"))
        cohort.serve(answer, shape=tuple(shape) if shape else None)
    else:
        cohort.serve(answer, cohort.digits(DIGITS))
