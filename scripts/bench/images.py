#!/usr/bin/env python3
"""Decoding and resizing pictures on one core: Cohort's against Pillow's, in turns.

    python3 scripts/bench/images.py [COUNT]     (needs Pillow and NumPy, and the built program)

Each round decodes the same JPEG files of 500×375 pixels to samples of 64×64. Cohort's time is that
of a `cohort check` that decodes less that of one that finds the samples in its cache.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

PROGRAM = Path(__file__).resolve().parents[2] / ".build/release/cohort"
ROUNDS = 5


def make(folder, count):
    """Smooth pictures with some noise, about as large as photographs of this size."""
    draw = np.random.default_rng(1)
    rows, columns = np.mgrid[0:375, 0:500]
    for index in range(count):
        waves = [128 + 90 * np.sin(rows / a + columns / b) for a, b in draw.uniform(9, 90, (3, 2))]
        noise = draw.normal(0, 8, (375, 500, 3))
        pixels = np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)
        place = folder / "ab"[index % 2]
        place.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(place / f"{index}.jpg", quality=87)


def pillow(folder):
    start = time.perf_counter()
    for path in sorted(folder.glob("*/*.jpg")):
        image = Image.open(path).convert("RGB")
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        box = (left, top, left + side, top + side)
        np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR, box=box))
    return time.perf_counter() - start


def check(configuration):
    start = time.perf_counter()
    subprocess.run([PROGRAM, "check", configuration], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def cohort(folder, place, turn):
    configuration = place / "bench.yaml"
    configuration.write_text(
        f"data: {{set: images, options: {{folder: {folder}, size: 64, cache: {place}/{turn}}}}}\n"
        "training: {steps: 1}\nlearners: {a: {model: mlp}}\n")
    return check(configuration) - check(configuration)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder = place / "pictures"
        folder.mkdir()
        make(folder, count)
        rounds = [(pillow(folder), cohort(folder, place, turn)) for turn in range(ROUNDS)]
    theirs, ours = (sorted(times)[ROUNDS // 2] for times in zip(*rounds))
    print(f"Pillow: {count / theirs:.0f} pictures a second; Cohort: {count / ours:.0f};"
          f" ratio {theirs / ours:.2f}")


if __name__ == "__main__":
    main()
