"""Compares the exchange of a step with bare sockets and PyTorch's gloo, in turn and in one run.

    exchange.py --cohort .build/release/cohort [--learners 2,4,8] [--bytes 5120]
                [--transports ipc,tcp] [--topology mesh] [--rounds 3]

Each round measures all sides, every learner a process, one side after another, because a machine's
speed drifts; the medians over the rounds are compared. Prints tables in Markdown, in milliseconds.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

# What all learners send at a step, at most: beyond it a mesh moves bytes and nothing else.
MESH_BYTES = 1 << 28
# Beyond so many, gloo's processes take minutes on two cores.
GLOO_LEARNERS = 16
KINDS = ["plain", "journal", "keys", "bare"]


def numbers(text):
    return [int(word) for word in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--learners", default="2,4,8,16,32,64", type=numbers)
    parser.add_argument("--bytes", default="5120,51200,1048576", type=numbers)
    parser.add_argument("--transports", default="ipc,tcp", type=lambda text: text.split(","))
    parser.add_argument("--topology", default="mesh", choices=["mesh"])
    parser.add_argument("--rounds", default=3, type=int)
    return parser.parse_args()


def run(command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"bench: {command[0]} {command[1]} ended with {done.returncode}")
    return json.loads(done.stdout)


def steps(learners, size):
    """Enough for a median, and a few seconds at most."""
    return max(15, min(300, 20_000 // learners**2, (1 << 30) // (size * learners**2)))


def measure(given, learners, size, transport):
    kinds = KINDS + (["round-trip"] if learners == 2 else [])
    count = steps(learners, size)
    command = [
        given.cohort, "bench", "exchange", "--json", "--learners", learners, "--bytes", size,
        "--steps", count, "--rounds", 1, "--kinds", *kinds]
    times = run(command + (["--ipc"] if transport == "ipc" else []))
    if transport == "tcp" and learners <= GLOO_LEARNERS:
        script = Path(__file__).with_name("gloo_gather.py")
        times["gloo"] = run([sys.executable, script, learners, size, count])
    return times


def row(given, learners, size, transport):
    rounds = [measure(given, learners, size, transport) for _ in range(given.rounds)]
    times = {kind: statistics.median(each[kind] for each in rounds) for kind in rounds[0]}

    def cell(kind):
        return f"{times[kind]:.3g}" if kind in times else "–"

    def ratio(kind):
        return f"{times['plain'] / times[kind]:.2f}" if kind in times else "–"

    cells = [learners, size, transport, *map(cell, [*KINDS, "round-trip", "gloo"])]
    cells += [ratio("round-trip" if learners == 2 else "bare"), ratio("gloo")]
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def main():
    given = arguments()
    head = ["learners", "bytes", "over", "exchange", "with journal", "with keys", "bare sockets"]
    head += ["round trip", "gloo", "exchange : raw", "exchange : gloo"]
    print(f"## {given.topology.capitalize()}, milliseconds\n")
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head), flush=True)
    for size in given.bytes:
        for transport in given.transports:
            for learners in given.learners:
                if size * learners**2 > MESH_BYTES:
                    continue
                print(f"bench: {learners} learners, {size} bytes, {transport}", file=sys.stderr)
                row(given, learners, size, transport)


main()
