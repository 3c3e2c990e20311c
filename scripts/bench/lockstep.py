"""Trains two learners that teach each other and says what their lockstep costs.

    lockstep.py --cohort .build/release/cohort --model resnet8 --work DIRECTORY [--steps 120]

A step's compute is its time less what it waited for the other. The lockstep costs what the slower
step takes beyond the larger of both computes; the exchange alone is measured beside it, by bench
exchange with the same bytes. Prints lines of Markdown; medians of all steps after the first ten.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

BATCH, CLASSES = 64, 10


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--steps", default=120, type=int)
    return parser.parse_args()


def run(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: {command[0]} {command[1]} failed\n{done.stderr}")
    return done.stdout


def train(given):
    """The steps of both learners, as (seconds, seconds waited) by step."""
    configuration = given.work / f"{given.model}.yaml"
    configuration.write_text(f"""\
name: lockstep-{given.model}
data: {{set: fashion-mnist, labels: 4000}}
training: {{steps: {given.steps}, batch: {BATCH}, threads: 1, interval: 1, evaluate: 0}}
learners:
  a: {{model: {given.model}}}
  b: {{model: {given.model}}}
teaching:
  - mutual: [a, b]
runs: {given.work}/runs
""")
    run([given.cohort, "run", configuration])
    both = []
    for learner in "ab":
        run = given.work / f"runs/lockstep-{given.model}/latest"
        metrics = run / f"learners/{learner}/metrics.jsonl"
        records = map(json.loads, metrics.read_text().splitlines())
        both.append({
            record["step"]: (record["step_seconds"], sum(record["wait_seconds"].values()))
            for record in records if record["kind"] == "interval"})
    return both


def main():
    given = arguments()
    a, b = train(given)
    steps = [(a[step], b[step]) for step in sorted(a) if step > 10]
    time = statistics.median(max(x[0], y[0]) for x, y in steps)
    ratio = statistics.median(
        max(x[0], y[0]) / max(x[0] - x[1], y[0] - y[1]) for x, y in steps)
    waited = statistics.median(max(x[1], y[1]) for x, y in steps)
    alone = json.loads(run([
        given.cohort, "bench", "exchange", "--ipc", "--json", "--rounds", 3,
        "--bytes", 4 * BATCH * CLASSES, "--kinds", "journal"]))["journal"] / 1e3
    print(
        f"- Two {given.model}, batch {BATCH}: a step takes {time * 1e3:.2f} ms,"
        f" {100 * (ratio - 1):.1f} % more than the larger compute; the faster learner waits"
        f" {waited * 1e3:.2f} ms of it; the exchange alone takes {alone * 1e3:.2f} ms"
        f" ({100 * alone / time:.2f} % of a step).")


main()
