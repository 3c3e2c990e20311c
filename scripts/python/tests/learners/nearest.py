"""A frozen teacher in NumPy: logits are the negative distances to the mean image of each class."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import cohort

DIGITS = Path(__file__).parents[4] / "Sources/Datasets/Resources/digits.csv.gz"


def teacher(data: cohort.DataSet, plan: cohort.Plan):  # type: ignore[no-untyped-def]
    images = plan.data.normalization(data.images).reshape(len(data.images), -1)
    means = np.stack([images[data.labels == c].mean(axis=0) for c in range(10)])

    def answer(batch: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        rows = batch.reshape(len(batch), -1)
        distances = np.square(rows[:, None] - means[None]).sum(axis=2)
        return -distances / 10, {"layer3": rows[:, :32], "features": rows[:, :32]}

    return answer


if __name__ == "__main__":
    data = cohort.digits(DIGITS)
    cohort.serve(teacher(data, cohort.Plan.find()), data)
