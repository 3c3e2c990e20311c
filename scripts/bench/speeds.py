"""Trains a fast and a slow learner that teach each other, by what a step does without knowledge.

    speeds.py --cohort .build/release/cohort --work DIRECTORY
              [--seeds 3] [--steps 150] [--target 0.85]

Each seed runs every way in turn, as a machine's speed drifts. Prints a table in Markdown: medians
over the seeds of the time to an accuracy and to the end, and the mean and spread of the accuracy at
the end.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

LEARNERS = {"fast": "{model: resnet8, options: {width: 32}}",
            "slow": "{model: resnet32, options: {width: 24}}"}
WAYS = {
    "waits (`wait`)": "wait",
    "4 steps early (`stale: 4`)": "{stale: 4}",
    "16 steps early (`stale: 16`)": "{stale: 16}",
    "goes on without (`drop`)": "drop",
    "latest of each sample (`bank`)": "bank",
    "of the last 50 steps (`bank: 50`)": "{bank: 50}",
    "alone": None,
}


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--seeds", default=3, type=int)
    parser.add_argument("--steps", default=150, type=int)
    parser.add_argument("--target", default=0.85, type=float)
    return parser.parse_args()


def train(given, way, seed):
    """Each learner's records."""
    learners = "\n".join(f"  {name}: {model}" for name, model in LEARNERS.items())
    teaching = f"teaching:\n  - mutual: {{among: [fast, slow], missing: {way}}}" if way else ""
    configuration = given.work / "speeds.yaml"
    configuration.write_text(f"""\
name: speeds
seed: {seed}
data: {{set: digits, labels: {{each: 60, private: true}}}}
training:
  steps: {given.steps}
  batch: 64
  common: 128
  threads: 1
  optimizer: {{kind: sgd, rate: 0.05, momentum: 0.9, decay: 5e-4}}
  schedule: cosine
learners:
{learners}
{teaching}
exchange: {{timeouts: {{missing: 0.02}}}}
runs: {given.work}/runs
""")
    done = subprocess.run([given.cohort, "run", configuration, "--resume", "never"],
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: seed {seed}, {way}\n{done.stderr}")
    found = {}
    for name in LEARNERS:
        metrics = given.work / f"runs/speeds/latest/learners/{name}/metrics.jsonl"
        found[name] = [json.loads(line) for line in metrics.read_text().splitlines()]
    return found


def figures(given, records):
    """Compute of a step, time to the accuracy and to the end, and the accuracy there."""
    begin = records[0]["ts"]
    epochs = [record for record in records if record["kind"] == "epoch"]
    reached = [record["ts"] - begin for record in epochs
               if record["test_accuracy"] >= given.target]
    compute = [record["step_seconds"] - sum(record["wait_seconds"].values()) / record["steps"]
               for record in records if record["kind"] == "interval" and record.get("rate")]
    return {"compute": statistics.median(compute), "reached": reached[0] if reached else None,
            "end": epochs[-1]["ts"] - begin, "accuracy": epochs[-1]["test_accuracy"]}


def cell(values):
    if any(value is None for value in values):
        return f"{sum(value is not None for value in values)} of {len(values)} reach it"
    return f"{statistics.median(values):.1f}"


def main():
    given = arguments()
    found = {way: [] for way in WAYS}
    for seed in range(1, given.seeds + 1):
        for title, way in WAYS.items():
            print(f"bench: seed {seed}, {title}", file=sys.stderr)
            records = train(given, way, seed)
            found[title].append(
                {name: figures(given, records[name]) for name in LEARNERS})
    apart = [{name: run[name]["compute"] for name in LEARNERS} for run in found["alone"]]
    ratio = statistics.median(run["slow"] / run["fast"] for run in apart)
    print(f"Alone, a step of the slow one takes {ratio:.1f} times one of the fast one.\n")
    print("| a step that lacks knowledge | learner | s to "
          f"{given.target:.0%} | s to the end | accuracy there, % |\n|---|---|---|---|---|")
    for title, runs in found.items():
        for name in LEARNERS:
            each = [run[name] for run in runs]
            accuracy = [100 * run["accuracy"] for run in each]
            spread = statistics.stdev(accuracy) if len(accuracy) > 1 else 0
            print(f"| {title} | {name} | {cell([run['reached'] for run in each])} "
                  f"| {cell([run['end'] for run in each])} "
                  f"| {statistics.mean(accuracy):.1f} ± {spread:.1f} |")


main()
