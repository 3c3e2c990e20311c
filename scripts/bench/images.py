#!/usr/bin/env python3
"""Decoding and resizing pictures on one core: Cohort, Pillow and torchvision, in turns.

    scripts/bench-images.sh [COUNT]

Each round decodes the same files of 500×375 pixels: as they are, and resized to samples of 64×64.
What counts is processor time. Cohort's is that of a `cohort check` that decodes, less that of one
that finds the samples in its cache: it reads, hashes, decodes, resizes and writes the cache.
torchvision is left out where it is not installed.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, features

try:
    import torch
    import torchvision
    from torchvision.io import ImageReadMode, decode_image, read_file
except ImportError:
    torchvision = None

PROGRAM = Path(__file__).resolve().parents[2] / ".build/release/cohort"
ROUNDS = 7
WIDTH, HEIGHT, SIZE = 500, 375, 64


def make(folder, count, ending):
    """Smooth pictures with some noise, about as large as photographs of this size."""
    draw = np.random.default_rng(1)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    for index in range(count):
        waves = [128 + 90 * np.sin(rows / a + columns / b) for a, b in draw.uniform(9, 90, (3, 2))]
        noise = draw.normal(0, 8, (HEIGHT, WIDTH, 3))
        pixels = np.clip(np.stack(waves, -1) + noise, 0, 255).astype(np.uint8)
        place = folder / "ab"[index % 2]
        place.mkdir(parents=True, exist_ok=True)
        options = {"quality": 87} if ending == "jpg" else {}
        Image.fromarray(pixels).save(place / f"{index}.{ending}", **options)


def pillow(files, size):
    start = time.process_time()
    for path in files:
        image = Image.open(path).convert("RGB")
        if size:
            side = min(image.size)
            left, top = (image.width - side) / 2, (image.height - side) / 2
            image = image.resize((size, size), Image.Resampling.BILINEAR,
                                 box=(left, top, left + side, top + side))
        np.ascontiguousarray(np.asarray(image).transpose(2, 0, 1))
    return time.process_time() - start


def torchvision_(files, size):
    """Its resizing is not timed: only the decoders are compared."""
    if torchvision is None or size:
        return None
    start = time.process_time()
    for path in files:
        decode_image(read_file(str(path)), ImageReadMode.RGB)
    return time.process_time() - start


def spent():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def check(configuration):
    start = spent()
    subprocess.run([PROGRAM, "check", configuration], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return spent() - start


def cohort(folder, place, size, turn):
    configuration = place / "bench.yaml"
    options = {"folder": str(folder), "cache": f"{place}/cache-{folder.name}-{size}-{turn}"}
    if size:
        options["size"] = size
    configuration.write_text(json.dumps({
        "data": {"set": "images", "options": options}, "training": {"steps": 1},
        "learners": {"a": {"model": "mlp"}}}))
    return check(configuration) - check(configuration)


def median(times):
    return sorted(times)[len(times) // 2]


def compare(folder, place, size):
    """The median ratio of the others' time to Cohort's in the same round, for each of them."""
    files = sorted(folder.glob("*/*"))
    rounds = []
    for turn in range(ROUNDS):
        rounds.append((pillow(files, size), torchvision_(files, size),
                       cohort(folder, place, size, turn)))
    ours = median([times[2] for times in rounds])
    what = f"{folder.name}, {'resized to ' + str(size) if size else 'as it is'}"
    text = f"{what}: Cohort {len(files) / ours:.0f} pictures a second of one core"
    worst = float("inf")
    for index, name in ((0, "Pillow"), (1, "torchvision")):
        if rounds[0][index] is None:
            continue
        theirs = median([times[index] for times in rounds])
        ratio = median([times[index] / times[2] for times in rounds])
        worst = min(worst, ratio)
        text += f", {name} {len(files) / theirs:.0f} (ratio {ratio:.2f})"
    print(text, flush=True)
    return worst


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if torchvision is not None:
        torch.set_num_threads(1)
    print(f"Pillow {PIL.__version__}, libjpeg-turbo {features.version('libjpeg_turbo')}; "
          f"torchvision {torchvision.__version__ if torchvision else 'is not installed'}")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        ratios = []
        for ending in ("jpg", "png"):
            folder = place / ending
            make(folder, count, ending)
            ratios += [compare(folder, place, size) for size in (None, SIZE)]
    print(f"least ratio {min(ratios):.2f}")


if __name__ == "__main__":
    main()
