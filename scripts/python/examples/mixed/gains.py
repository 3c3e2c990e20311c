"""What learners of both kinds gain from one another, over five seeds; prints a table.

A learner alone has the same labels, in the same order, for as many steps.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable

import support

import cohort

SEEDS = range(1, 6)
COHORTS = {
    "taught": ("PyTorch teaches Swift", {"s": "Swift, below a frozen net of PyTorch"}),
    "mutual": ("mutual", {"a": "Swift, beside PyTorch", "p": "PyTorch, beside Swift"}),
    "chain": (
        "a chain",
        {"a": "Swift, below a frozen net of PyTorch", "p": "PyTorch, below that learner in Swift"},
    ),
}
Pair = tuple[float, float]
"""Test accuracies in per cent: alone, and in the cohort."""


def pair(run: cohort.Run, learner: str) -> Pair:
    """One learner's accuracies in one run."""
    learners = run.summary["learners"]
    found = learners.get(learner, {})
    if "alone_test_accuracy" not in found:
        found = support.of_peer(run.path / "learners" / learner)
    return 100 * found["alone_test_accuracy"], 100 * found["test_accuracy"]


def spread(values: Iterable[float]) -> str:
    """The mean, and the standard deviation over the seeds."""
    numbers = list(values)
    return f"{statistics.mean(numbers):.2f} ± {statistics.stdev(numbers):.2f}"


def row(title: str, learner: str, pairs: list[Pair]) -> str:
    """One row of the table."""
    gains = [taught - alone for alone, taught in pairs]
    better = sum(gain > 0 for gain in gains)
    return (
        f"| {title} | {learner} | {spread(a for a, _ in pairs)} | {spread(t for _, t in pairs)} |"
        f" {spread(gains)} | {better} of {len(gains)} |"
    )


def main() -> None:
    """Runs every cohort with every seed, and prints a row for each learner."""
    print("| cohort | learner | alone, % | in the cohort, % | gain, points | better than alone |")
    print("|---|---|---|---|---|---|")
    for name, (title, learners) in COHORTS.items():
        runs = [support.run(name, f"runs/seed-{seed}", f"seed={seed}") for seed in SEEDS]
        for learner, text in learners.items():
            print(row(title, text, [pair(run, learner) for run in runs]), flush=True)


if __name__ == "__main__":
    main()
