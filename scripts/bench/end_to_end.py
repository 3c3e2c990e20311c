"""Compares whole trainings with PyTorch's, from the start of the first process to an accuracy.

    end_to_end.py --cohort .build/release/cohort [--jobs mutual,teacher,private] [--rounds 3]
                  [--scale 1]

Each job is trained by `cohort run`, by one PyTorch process with all models, and by PyTorch
processes that exchange by gloo, in turn in each of several rounds; medians over the rounds count.
PyTorch is tuned: images lie with their channels last, and freed memory is kept. Reading the data,
augmentation, tests, checkpoints and the start of processes count on either side. Prints a table in
Markdown: the time until the learners' mean test accuracy reaches what is stated, the time to the
end, processor time, and the most memory of all processes together (what they share counts once).

--scale 0.1 takes a tenth of the steps, to try the script.
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from compare import KEEPING, processor
from processes import memory

HERE = Path(__file__).parent
SGD = {"kind": "sgd", "rate": 0.1, "momentum": 0.9, "decay": 5e-4}
EPOCH = 60000 // 128


def jobs(scale):
    """What is trained: the same description for both sides."""
    epochs, steps = max(1, round(3 * scale)), max(20, round(1500 * scale))
    net = {"model": "resnet8"}
    narrow = {"model": "resnet8", "options": {"width": 8}}
    return {
        "mutual": {
            "title": "two ResNet-8 teach one another, 60,000 labels",
            "kind": "mutual", "learners": {"a": net, "b": net}, "rate": 0.1, "batch": 128,
            "steps": epochs * EPOCH, "every": EPOCH, "padding": 2, "target": 0.89},
        "teacher": {
            "title": "a ResNet-20 teaches a ResNet-8, 60,000 labels",
            "kind": "teacher", "learners": {"s": {**net, "task": 0.1}},
            "teacher": {"model": "resnet20"}, "rate": 0.1, "batch": 128,
            "steps": epochs * EPOCH, "every": EPOCH, "padding": 2, "target": 0.89},
        "private": {
            "title": "four learners with 200 private labels each, and a pool",
            "kind": "mutual",
            "learners": {
                "a": narrow, "b": narrow, "c": {"model": "plain-cnn", "options": {"depth": 4}},
                "d": {"model": "mlp", "options": {"hidden": [128]}}},
            "rate": 0.05, "batch": 32, "common": 64, "each": 200, "steps": steps,
            "every": max(10, steps // 10), "target": 0.76},
    }  # fmt: skip


def configuration(job, seed, place, weights):
    """A job as a configuration of Cohort."""
    data = {"set": "fashion-mnist"}
    if "padding" in job:
        data["augmentation"] = {"crop": {"padding": job["padding"]}, "flip": True}
    epoch = EPOCH
    if "each" in job:
        data["labels"] = {"each": job["each"], "private": True}
        epoch = job["each"] // job["batch"]
    learners = dict(job["learners"])
    if job["kind"] == "teacher":
        learners["t"] = {**job["teacher"], "role": "teacher", "weights": str(weights)}
        term = {"from": "t", "to": "s", "loss": "kd", "temperature": 4, "weight": 0.9}
        teaching = [{"teach": term}]
    else:
        teaching = [{"mutual": list(learners)}]
    training = {
        "steps": job["steps"], "batch": job["batch"], "schedule": "cosine",
        "optimizer": {**SGD, "rate": job["rate"]}, "evaluate": max(1, job["every"] // epoch)}
    if "common" in job:
        training["common"] = job["common"]
    return {
        "name": "run", "seed": seed, "runs": str(place), "data": data, "training": training,
        "learners": learners, "teaching": teaching,
        "checkpoints": {"every": job["every"], "keep": 2}}  # fmt: skip


def run(command, place, environment):
    """Runs to the end: when it began, how long it took, its processor time, its most memory, and
    what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.time()
    with subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, cwd=place, env=os.environ | environment) as process:
        words, errors, most = [], [], 0
        readers = [
            threading.Thread(target=lambda: words.extend(process.stdout)),
            threading.Thread(target=lambda: errors.extend(process.stderr))]
        for reader in readers:
            reader.start()
        while process.poll() is None:
            most = max(most, memory(process.pid))
            time.sleep(0.5)
        for reader in readers:
            reader.join()
    seconds = time.time() - start
    if process.returncode:
        sys.exit(f"bench: {command[0]} failed\n{''.join(errors[-20:])}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return start, {"seconds": seconds, "processor": used, "memory": most}, words


def reached(tests, start, target):
    """The seconds until the first test at which the accuracy is reached; None where it never is."""
    return next((when - start for when, accuracy in tests if accuracy >= target), None)


def ours(given, job, seed, place, weights):
    file = place / "run.yaml"
    file.write_text(json.dumps(configuration(job, seed, place, weights), indent=1))
    command = [given.cohort, "run", file, "--progress", "none", "--resume", "never"]
    start, figures, _ = run(command, place, {})
    tests = {}
    for name in job["learners"]:
        lines = (place / f"run/latest/learners/{name}/metrics.jsonl").read_text().splitlines()
        for record in map(json.loads, lines):
            if record["kind"] == "epoch" and "test_accuracy" in record:
                tests.setdefault(record["step"], []).append((record["ts"], record["test_accuracy"]))
    found = [
        (max(when for when, _ in of), statistics.fmean(value for _, value in of))
        for _, of in sorted(tests.items())]
    return figures | {"reached": reached(found, start, job["target"]), "accuracy": found[-1][1]}


def theirs(given, job, seed, place, weights, processes):
    file = place / "job.json"
    file.write_text(json.dumps({**job, "seed": seed}))
    command = [sys.executable, HERE / "pytorch_cohort.py", file, "--tuned"]
    if processes:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            command += ["--processes", probe.getsockname()[1]]
    if job["kind"] == "teacher":
        command += ["--teacher", weights.parent / "exported"]
    start, figures, words = run(command, place, KEEPING)
    tests = [(line["time"], line["accuracy"]) for line in map(json.loads, words)]
    return figures | {"reached": reached(tests, start, job["target"]), "accuracy": tests[-1][1]}


def teacher(given, place):
    """The weights of a teacher that was trained for an epoch, which counts for no side."""
    made = {
        "name": "teacher", "seed": 7, "runs": str(place), "data": {"set": "fashion-mnist"},
        "training": {"epochs": 1, "batch": 128, "optimizer": SGD, "schedule": "cosine"},
        "learners": {"t": {"model": "resnet20"}}}  # fmt: skip
    file = place / "teacher.yaml"
    file.write_text(json.dumps(made))
    run([given.cohort, "run", file, "--progress", "none"], place, {})
    learner = (place / "teacher/latest").resolve() / "learners/t"
    run([given.cohort, "export", learner.parent.parent / "t", "--safetensors",
         learner.parent / "exported"], place, {})
    return learner


SIDES = {"cohort run": ours, "one PyTorch process": theirs, "PyTorch processes with gloo": theirs}


def median(rounds, key):
    values = [figures[key] for figures in rounds]
    return None if None in values else statistics.median(values)


def rows(job, rounds):
    base = {key: median(rounds["cohort run"], key) for key in ("reached", "seconds")}
    for side, figures in rounds.items():
        if not figures:
            continue
        cells = []
        for key in ("reached", "seconds"):
            value = median(figures, key)
            if value is None:
                cells.append("never")
                continue
            ratio = "" if base[key] is None else f" ({value / base[key]:.2f})"
            cells.append(f"{value:.1f}{ratio}")
        accuracies = [100 * one["accuracy"] for one in figures]
        spread = statistics.stdev(accuracies) if len(accuracies) > 1 else 0
        cells += [
            f"{median(figures, 'processor'):.1f}", f"{median(figures, 'memory') / 2**20:.0f}",
            f"{statistics.fmean(accuracies):.1f} ± {spread:.1f}"]
        print(f"| {job['title']} | {side} | " + " | ".join(cells) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=lambda path: Path(path).resolve())
    parser.add_argument("--jobs", default=",".join(jobs(1)), type=lambda text: text.split(","))
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--scale", default=1.0, type=float)
    given = parser.parse_args()
    known = jobs(given.scale)
    if wrong := [name for name in given.jobs if name not in known]:
        parser.error(f"--jobs are {', '.join(known)}, not {', '.join(wrong)}")
    print(f"{given.rounds} rounds on {len(os.sched_getaffinity(0))} cores of {processor()}.\n")
    print("| job | side | s to the accuracy | s to the end | processor, s | memory, MiB"
          " | accuracy, % |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        weights = teacher(given, Path(folder)) if "teacher" in given.jobs else None
        for name in given.jobs:
            job = known[name]
            rounds = {side: [] for side in SIDES}
            for number in range(given.rounds):
                for side, train in SIDES.items():
                    processes = side.endswith("gloo")
                    if processes and len(job["learners"]) < 2:
                        continue
                    with tempfile.TemporaryDirectory() as place:
                        more = (processes,) if train is theirs else ()
                        figures = train(given, job, number + 1, Path(place), weights, *more)
                    rounds[side].append(figures)
            print(f"| **{job['title']}**, to {100 * job['target']:.0f} % | | | | | | |")
            rows(job, rounds)


if __name__ == "__main__":
    main()
