"""A softmax regression in NumPy as a peer of a cohort, which kills itself or others when told to.

`KILLS` in the environment is a JSON list of [who, step, point]: at that point of that step the
process of `who` is killed, once; a fourth entry, such as `STOP`, names another signal. Points are
`before`, `exchanged` and `updated`. Each step adds a line to `trace`: its number, how many banked
rows it used, and the digest of the weights after it.
"""

from __future__ import annotations

import json
import os
import re
import signal
from hashlib import sha256
from pathlib import Path

import numpy as np

import cohort

DIGITS = Path(__file__).parents[4] / "Sources/Datasets/Resources/digits.csv.gz"
RATE = np.float32(0.1)


class Killer:
    """Carries out the kills of a plan, each once in all lives."""

    def __init__(self) -> None:
        kills = json.loads(os.environ.get("KILLS", "[]"))
        # Its own comes last.
        self._plan = sorted(kills, key=lambda kill: kill[0] == os.environ["COHORT_LEARNER"])
        self._done = Path(os.environ["COHORT_DIRECTORY"]) / "kills"

    def __call__(self, step: int, point: str) -> None:
        done = self._done.read_text().split() if self._done.exists() else []
        for who, *place, name in ([*kill, "KILL"][:4] for kill in self._plan):
            mark = f"{who}-{step}-{point}"
            if place == [step, point] and mark not in done:
                with open(self._done, "a") as file:
                    file.write(mark + "\n")
                self._kill(who, signal.Signals[f"SIG{name}"])

    def _kill(self, who: str, number: signal.Signals) -> None:
        log = Path(os.environ["COHORT_CONTACT"]).parent / "launcher.log"
        if who == os.environ["COHORT_LEARNER"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if who in ("launcher", "term"):
            launcher = json.loads(Path(os.environ["COHORT_CONTACT"]).read_text())["launcher"]
            os.kill(launcher["process"], signal.SIGKILL if who == "launcher" else signal.SIGTERM)
            return
        started = re.findall(rf"started '{who}', process (\d+)", log.read_text())
        try:
            os.kill(int(started[-1]), number)
        except ProcessLookupError:
            return


def main() -> None:
    weights = np.zeros((64, 10), np.float32)
    momentum = np.zeros_like(weights)

    def predict(images: np.ndarray) -> np.ndarray:
        return images.reshape(len(images), -1) @ weights

    kill = Killer()
    state = {"weights": weights, "momentum": momentum}
    data = cohort.digits(DIGITS)
    own = data if cohort.Plan.find().own_data else None
    with cohort.Peer(data, state, predict=predict, own=own) as peer:
        for step in peer:
            kill(step.index, "before")
            logits = predict(step.images)
            terms = step.exchange(logits)
            kill(step.index, "exchanged")
            labelled = step if step.own is None else step.own
            scores = predict(labelled.images)
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = powers / powers.sum(axis=1, keepdims=True)
            error[np.arange(len(error)), labelled.labels] -= 1
            gradient = labelled.images.reshape(len(scores), -1).T @ (
                error / np.float32(len(scores))
            )
            taught = sum((term.gradient(logits) for term in terms), np.zeros_like(logits))
            gradient += step.images.reshape(len(logits), -1).T @ taught
            momentum *= np.float32(0.9)
            momentum += gradient
            weights -= RATE * momentum
            banked = sum(int((ages >= 0).sum()) for term in terms for ages in term.ages.values())
            with open(peer.directory / "trace", "a") as trace:
                trace.write(f"{step.index} {banked} {sha256(weights.tobytes()).hexdigest()}\n")
            kill(step.index, "updated")
        print(f"accuracy {peer.test_accuracy} {peer.ensemble_accuracy}")
        np.save(peer.directory / "weights.npy", weights)


if __name__ == "__main__":
    main()
