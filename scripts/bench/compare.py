"""Compares Cohort's training steps with PyTorch's, in turn and in one run.

    compare.py --cohort .build/release/cohort [--models resnet8,mlp] [--batches 32,128]
               [--threads 1,2] [--instructions widest,avx2] [--rounds 3] [--seconds 2]

A model may have options behind its name, and a number of classes: gpt+classes=256+layers=6.

Each round measures ours, PyTorch's, tuned PyTorch's and compiled PyTorch's in processes of their
own, one after another, because a machine's speed drifts; the medians over the rounds are compared.
Prints a table in Markdown, whose ratios are PyTorch's time by ours: above 1 ours is faster.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from itertools import product
from math import exp, log
from pathlib import Path

from instructions import environment_for, instructions

MODELS = "mlp,lenet,resnet8,resnet20,wrn-16-2,mobilenet,transformer"
SIDES = ["ours", "default", "tuned", "compiled"]
# glibc keeps freed memory, and takes none by mmap, which it would return at once.
KEEPING = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 34),
    "MALLOC_TOP_PAD_": str(1 << 28)}


def numbers(text):
    return [int(word) for word in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--models", default=MODELS, type=lambda text: text.split(","))
    parser.add_argument("--batches", default="32,128", type=numbers)
    parser.add_argument("--threads", default="1,2", type=numbers)
    parser.add_argument("--instructions", default="widest,avx2", type=instructions)
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--seconds", default=2.0, type=float, help="of each measurement")
    return parser.parse_args()


def run(command, **environment):
    done = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, text=True,
        env=os.environ | environment)
    if done.returncode:
        sys.exit(f"bench: {command[0]} {command[1]} ended with {done.returncode}")
    return done.stdout


def words(model):
    """The arguments that name a model, its options and its number of classes."""
    name, *options = model.split("+")
    found = ["--model", name]
    for option in options:
        is_classes = option.startswith("classes=")
        found += ["--classes", option.partition("=")[2]] if is_classes else ["--options", option]
    return found


def measure(side, given, model, batch, threads, environment, problem):
    common = [*words(model), "--threads", threads, "--seconds", given.seconds]
    if side == "ours":
        command = [given.cohort, "bench", "step", *common, "--batch", batch, "--json"]
        return json.loads(run(command, **environment))
    script = Path(__file__).with_name("pytorch_step.py")
    command = [sys.executable, script, *common, "--problem", problem]
    if side == "default":
        return json.loads(run(command, **environment))
    return json.loads(run([*command, f"--{side}"], **environment, **KEEPING))


def compare(given, model, batch, threads, environment):
    """The reports of all rounds, by side."""
    reports = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as problem:
        run([given.cohort, "bench", "problem", *words(model), "--batch", batch, problem])
        for _ in range(given.rounds):
            for side in SIDES:
                reports[side].append(
                    measure(side, given, model, batch, threads, environment, problem))
    counts = {report["parameters"] for side in SIDES for report in reports[side]}
    if len(counts) > 1:
        sys.exit(f"bench: {model} has {counts} parameters")
    return reports


def middle(reports, key):
    return statistics.median(report[key] for report in reports)


def spread(reports):
    """By how many per cent the slowest round was slower than the fastest."""
    times = [report["step_ms"] for report in reports]
    return 100 * (max(times) / min(times) - 1)


def row(model, batch, threads, instructions, reports):
    ours, *theirs = (middle(reports[side], "step_ms") for side in SIDES)
    ratios = [time / ours for time in [*theirs, min(theirs)]]
    memory = [middle(reports[side], "peak_memory_bytes") / 1e6 for side in SIDES]
    cells = [model, batch, threads, instructions, *(f"{time:.2f}" for time in [ours, *theirs])]
    cells += [f"{ratio:.2f}" for ratio in ratios]
    cells += [f"{middle(reports['ours'], 'ceiling_percent'):.0f}"]
    cells += ["/".join(f"{size:.0f}" for size in memory)]
    cells += ["/".join(f"{spread(reports[side]):.0f}" for side in SIDES)]
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    return ratios


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return "unknown processor"


def mean(ratios):
    return exp(sum(map(log, ratios)) / len(ratios))


def main():
    given = arguments()
    head = [
        "model", "batch", "threads", "instructions", "ours, ms", "PyTorch, ms", "tuned, ms",
        "compiled, ms", "to default", "to tuned", "to compiled", "to the best", "ours, % of sgemm",
        "MB ours/default/tuned/compiled", "spread of rounds, %"]
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    ratios = {name: [] for name in given.instructions}
    cases = product(given.models, given.batches, given.threads, given.instructions)
    for model, batch, threads, name in cases:
        print(f"bench: {model}, {batch}, {threads}, {name}", file=sys.stderr)
        reports = compare(given, model, batch, threads, environment_for(name))
        ratios[name].append(row(model, batch, threads, name, reports))
    print(
        f"bench: {processor()}; OpenBLAS's kernels for {reports['ours'][0]['openblas_core']},"
        f" PyTorch's for {reports['default'][0]['instructions']}", file=sys.stderr)
    for name, rows in ratios.items():
        means = [f"{mean(column):.2f}" for column in zip(*rows)]
        cells = ["geometric mean", "", "", name, *[""] * len(SIDES), *means, "", "", ""]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
