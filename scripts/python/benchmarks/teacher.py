"""A teacher that measures itself: how fast it answers alone, and how fast it serves.

    teacher.py numpy|torch WIDTH

It prints milliseconds, of an answer alone and of a step while it serves: the fastest tenth, as
other work on the machine slows the rest, and the median. Alone it answers to the batches of all
steps, before it joins and after it has served. `answering` is the part of the time, from its first
answer to its last, in which it answers while it serves.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import cohort
from cohort.peer import predicted
from cohort.samples import Batches

BATCH = 128
DIGITS = Path(__file__).parents[3] / "Sources/Datasets/Resources/digits.csv.gz"


def numpy_net(width: int) -> Callable[[Any], Any]:
    """Two hidden layers of a width, without a framework."""
    generator = np.random.default_rng(1)
    layers = [
        generator.normal(0, 0.1, size=shape).astype(np.float32)
        for shape in ((64, width), (width, width), (width, 10))
    ]

    def answer(images: Any) -> Any:
        values = images.reshape(len(images), -1)
        for layer in layers[:-1]:
            values = np.maximum(values @ layer, 0)
        return values @ layers[-1]

    return answer


def torch_net(width: int) -> Callable[[Any], Any]:
    """Convolutions of a width, on one thread."""
    import torch
    from torch.nn import Conv2d, Flatten, Linear, ReLU, Sequential

    torch.set_num_threads(1)
    torch.manual_seed(1)
    first = [Conv2d(1, width, 3, padding=1), ReLU()]
    body = [part for _ in range(4) for part in (Conv2d(width, width, 3, padding=1), ReLU())]
    return Sequential(*first, *body, Flatten(), Linear(64 * width, 10)).eval()


class Watch:
    """Calls a model, and notes when its answers to whole batches began and ended."""

    def __init__(self, model: Callable[[Any], Any]) -> None:
        self.model = model
        self.times: list[float] = []
        self.spent = 0.0

    def __call__(self, images: Any) -> Any:
        """Answers; the test samples at the end are not counted."""
        start = time.perf_counter()
        answer = self.model(images)
        if len(images) == BATCH:
            self.times = self.times or [start]
            self.times.append(time.perf_counter())
            self.spent += self.times[-1] - start
        return answer

    @property
    def answering(self) -> float:
        """The share of the time in which it answered."""
        return self.spent / (self.times[-1] - self.times[0])

    @property
    def pace(self) -> Pace:
        """From one answer to the next."""
        return pace_of(self.times)


Pace = tuple[float, float]
"""Seconds of one step: the median, and the tenth that is the fastest."""


def pace_of(times: list[float]) -> Pace:
    """Of the moments at which steps ended."""
    found = np.quantile(np.diff(times), [0.5, 0.1])
    return float(found[0]), float(found[1])


def alone(model: Callable[[Any], Any], batches: Batches, steps: int, device: str | None) -> Pace:
    """Answers to the batches of all steps, when nothing else is to be done."""
    images = [batches.common(step).images for step in range(steps)]
    times = [time.perf_counter()]
    for batch in images:
        predicted(model, batch, device)
        times.append(time.perf_counter())
    return pace_of(times)


def main(framework: str, width: int) -> None:
    """Answers alone, serves, and prints what both came to."""
    device = "cpu" if framework == "torch" else None
    model = torch_net(width) if framework == "torch" else numpy_net(width)
    data, plan = cohort.digits(DIGITS), cohort.Plan.find()
    watch, batches = Watch(model), Batches(plan, data)
    before = alone(model, batches, plan.lasts, device)
    cohort.serve(watch, data, device=device)
    after = alone(model, batches, plan.lasts, device)
    print(
        f"{framework} {width}: alone {1000 * min(before[1], after[1]):.2f}"
        f" {500 * (before[0] + after[0]):.2f}, step {1000 * watch.pace[1]:.2f}"
        f" {1000 * watch.pace[0]:.2f}, answering {watch.answering:.3f}"
    )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
