"""Compares the exchange of a step with bare sockets and PyTorch's gloo, in turn and in one run.

    exchange.py --cohort .build/release/cohort [--learners 2,4,8] [--bytes 5120]
                [--transports ipc,tcp] [--topologies mesh,relay] [--rounds 3]

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
# What a relay takes in and gives out at a step, at most.
RELAY_BYTES = 1 << 26
MESH = ["plain", "journal", "keys", "bare", "round-trip", "gloo"]
RELAY = ["relay", "relay-keys", "bare-relay"]


def numbers(text):
    return [int(word) for word in text.split(",")]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--learners", default="2,4,8,16,32,64,256", type=numbers)
    parser.add_argument("--bytes", default="5120,51200,1048576", type=numbers)
    parser.add_argument("--transports", default="ipc,tcp", type=lambda text: text.split(","))
    parser.add_argument("--topologies", default="mesh,relay", type=lambda text: text.split(","))
    parser.add_argument("--rounds", default=3, type=int)
    return parser.parse_args()


def run(command):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"bench: {command[0]} {command[1]} ended with {done.returncode}")
    return json.loads(done.stdout)


def steps(messages, size):
    """Enough for a median, and a few seconds at most."""
    return max(15, min(300, 20_000 // messages, (1 << 30) // (size * messages)))


def exchange(given, kinds, learners, size, transport, count):
    command = [
        given.cohort, "bench", "exchange", "--json", "--learners", learners, "--bytes", size,
        "--steps", count, "--rounds", 1, "--fan-out", 1024, "--kinds", *kinds]
    return run(command + (["--ipc"] if transport == "ipc" else []))


def mesh(given, learners, size, transport):
    kinds = [kind for kind in MESH[:-1] if learners == 2 or kind != "round-trip"]
    count = steps(learners**2, size)
    times = exchange(given, kinds, learners, size, transport, count)
    if transport == "tcp" and learners <= GLOO_LEARNERS:
        script = Path(__file__).with_name("gloo_gather.py")
        times["gloo"] = run([sys.executable, script, learners, size, count])
    return times


def relay(given, learners, size, transport):
    return exchange(given, RELAY, learners, size, transport, steps(8 * learners, size))


def median(measure, given, *case):
    rounds = [measure(given, *case) for _ in range(given.rounds)]
    return {kind: statistics.median(each[kind] for each in rounds) for kind in rounds[0]}


def row(times, case, kinds, ratios):
    """`ratios` are of the first kind to others, where they were measured."""
    cells = [f"{times[kind]:.3g}" if kind in times else "–" for kind in kinds]
    cells += [
        next((f"{times[kinds[0]] / times[kind]:.2f}" for kind in ratio if kind in times), "–")
        for ratio in ratios]
    print("| " + " | ".join(map(str, [*case, *cells])) + " |", flush=True)


def table(given, title, head, learners, fits, measure, kinds, ratios):
    print(f"## {title}, milliseconds\n")
    head = ["learners", "bytes", "over", *head]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head), flush=True)
    for size in given.bytes:
        for transport in given.transports:
            for count in learners:
                if fits(count, size):
                    case = (count, size, transport)
                    row(median(measure, given, *case), case, kinds, ratios)
    print()


def main():
    given = arguments()
    if "mesh" in given.topologies:
        table(
            given, "Mesh",
            ["exchange", "with journal", "with keys", "bare sockets", "round trip", "gloo",
             "exchange : raw", "exchange : gloo"],
            [count for count in given.learners if count <= 64],
            lambda count, size: size * count**2 <= MESH_BYTES, mesh, MESH,
            [["round-trip", "bare"], ["gloo"]])
    if "relay" in given.topologies:
        table(
            given, "One relay",
            ["exchange", "with keys", "bare sockets", "exchange : raw"],
            [count for count in given.learners if count >= 4],
            lambda count, size: size * count <= RELAY_BYTES, relay, RELAY, [["bare-relay"]])


if __name__ == "__main__":
    main()
