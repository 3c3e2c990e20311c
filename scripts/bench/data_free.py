"""Compares steps of distillation without data with PyTorch's, in turn and in one run.

    data_free.py --cohort .build/release/cohort [--methods dafl,dfad] [--batches 128,512]
                 [--threads 1,2] [--instructions widest,avx2] [--rounds 3] [--cycles 5]

Ours is a cohort of three processes with a thread each. PyTorch's is one process with all three
models, by itself and tuned (channels last, memory that is kept), with each number of threads. Each
round measures all of them, one after another; the medians over the rounds are compared. Ratios are
PyTorch's time by ours: above 1 ours is faster.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from compare import KEEPING, numbers, processor
from instructions import environment_for, instructions

SHAPE, CLASSES = (3, 32, 32), 10
SIZES = {
    "t": {"channels": [16, 32], "hidden": 128},
    "s": {"channels": [8, 16], "hidden": 64},
    "g": {"latent": 100, "channels": 32}}
# The steps of a cycle, which begins again when the generator and the students have had their turns.
CYCLES = {"dafl": 1, "dfad": 6}
WARM_UP = 2


def words(text):
    return text.split(",")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=lambda path: Path(path).resolve())
    parser.add_argument("--methods", default="dafl,dfad", type=words)
    parser.add_argument("--batches", default="128,512", type=numbers)
    parser.add_argument("--threads", default="1,2", type=numbers)
    parser.add_argument("--instructions", default="widest,avx2", type=instructions)
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--cycles", default=5, type=int, help="of at least six steps, to count")
    given = parser.parse_args()
    for method in set(given.methods) - set(CYCLES):
        parser.error(f"--methods are {', '.join(CYCLES)}, not {method}")
    return given


def run(command, environment, place):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd=place,
        env=os.environ | environment)
    if done.returncode:
        sys.exit(f"bench: {command[0]} ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def write_samples(place):
    """Samples of the shape that is measured; what is in them does not matter."""
    random = np.random.default_rng(1)
    for part in ["train", "test"]:
        images = random.integers(0, 256, (512, *SHAPE), dtype=np.uint8)
        np.save(place / f"{part}-images.npy", images)
        np.save(place / f"{part}-labels.npy", np.arange(512) % CLASSES)


def configuration(name, learners, teaching=()):
    """A configuration; JSON is YAML."""
    files = {
        "images": "train-images.npy", "labels": "train-labels.npy",
        "test-images": "test-images.npy", "test-labels": "test-labels.npy", "layout": "nchw"}
    optimizer = {"kind": "sgd", "rate": 0.01, "momentum": 0.9}
    return {
        "name": name, "data": {"set": "npy", "options": files},
        "training": {"steps": 2, "batch": 64, "evaluate": 0, "optimizer": optimizer, "threads": 1},
        "learners": learners, "teaching": list(teaching)}


def prepare(given, place):
    """Writes the samples, and trains a teacher for a moment."""
    write_samples(place)
    net = {"model": "lenet", "options": SIZES["t"]}
    (place / "teacher.yaml").write_text(json.dumps(configuration("teacher", {"t": net})))
    run([given.cohort, "run", "teacher.yaml"], {}, place)
    learners = {
        "t": net | {"role": "teacher", "weights": "runs/teacher/latest"},
        "g": {"model": "dcgan", "role": "generator", "options": SIZES["g"]},
        "s": {"model": "lenet", "options": SIZES["s"], "labelled": False}}
    for method in given.methods:
        edge = {"generator": "g", "teacher": "t", "to": ["s"], "method": method}
        text = json.dumps(configuration("made", learners, [{"data-free": edge}]))
        (place / f"{method}.yaml").write_text(text)


def ours(given, method, batch, environment, place):
    """The median over the intervals of the time of a step, and the peak memory of each process."""
    interval = max(6, CYCLES[method])
    steps = interval * (WARM_UP + given.cycles)
    run(
        [given.cohort, "run", f"{method}.yaml", f"training.steps={steps}",
         f"training.batch={batch}", f"training.interval={interval}"], environment, place)
    learners = place / "runs/made/latest/learners"
    lines = {
        name: [json.loads(line) for line in (learners / name / "metrics.jsonl").open()]
        for name in SIZES}
    intervals = [r["step_seconds"] for r in lines["g"] if r["kind"] == "interval"]
    peaks = {name: lines[name][-1]["peak_memory"] for name in SIZES}
    parameters = [r["parameters"] for n in SIZES for r in lines[n] if r["kind"] == "start"]
    return {
        "ms": 1e3 * statistics.median(intervals[WARM_UP:]), "memory": list(peaks.values()),
        "parameters": sum(parameters)}


def pytorch(given, method, batch, threads, tuned, environment, place):
    script = Path(__file__).with_name("pytorch_data_free.py")
    command = [
        sys.executable, script, "--method", method, "--batch", batch, "--threads", threads,
        "--cycles", given.cycles, "--warm-up", WARM_UP, "--sizes", json.dumps(SIZES)]
    more = KEEPING if tuned else {}
    return json.loads(run(command + ["--tuned"] * tuned, environment | more, place))


def measure(given, method, batch, environment, place):
    """The reports of all rounds, by side."""
    sides = {"ours": lambda: ours(given, method, batch, environment, place)}
    for threads in given.threads:
        for tuned in [False, True]:
            name = f"PyTorch, {threads} thread{'s' * (threads > 1)}{', tuned' * tuned}"
            sides[name] = lambda threads=threads, tuned=tuned: pytorch(
                given, method, batch, threads, tuned, environment, place)
    reports = {name: [] for name in sides}
    for _ in range(given.rounds):
        for name, side in sides.items():
            reports[name].append(side())
    counts = {report["parameters"] for found in reports.values() for report in found}
    if len(counts) > 1:
        sys.exit(f"bench: the models have {counts} parameters")
    return reports


def middle(reports):
    return statistics.median(report["ms"] for report in reports)


def row(method, batch, instructions, side, reports, own):
    times = [report["ms"] for report in reports]
    peaks = zip(*(report["memory"] for report in reports))
    memory = " + ".join(f"{statistics.median(peak) / 1e6:.0f}" for peak in peaks)
    ratio = "–" if side == "ours" else f"{middle(reports) / own:.2f}"
    spread = 100 * (max(times) / min(times) - 1)
    cells = [method, batch, instructions, side, f"{middle(reports):.1f}", ratio, memory]
    print("| " + " | ".join(map(str, [*cells, f"{spread:.0f}"])) + " |", flush=True)


def main():
    given = arguments()
    print(f"""# Steps of distillation without data

A generator (`dcgan` of {SIZES["g"]["channels"]} channels), a frozen teacher and a student (`lenet`
of {SIZES["t"]["channels"]} and {SIZES["s"]["channels"]} channels) on samples of 3×32×32: ours in
three processes with a thread each, PyTorch's in one process that holds all three models. The time
is that of a step, over whole turns of generator and student; a ratio is PyTorch's time by ours.
Made on {datetime.date.today()} on {len(os.sched_getaffinity(0))} cores of {processor()}:

```sh
{" ".join(["scripts/bench-data-free.sh", *sys.argv[3:]])}
```
""")
    head = [
        "method", "batch", "instructions", "side", "step, ms", "ratio",
        f"peak memory, MB (ours: {' + '.join(SIZES)})", "spread of rounds, %"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        prepare(given, place)
        for name in given.instructions:
            environment = environment_for(name)
            for method in given.methods:
                for batch in given.batches:
                    print(f"bench: {method}, {batch}, {name}", file=sys.stderr)
                    reports = measure(given, method, batch, environment, place)
                    own = middle(reports["ours"])
                    for side, found in reports.items():
                        row(method, batch, name, side, found, own)


if __name__ == "__main__":
    main()
