"""Trains many learners that teach one another through relays, each a process of this machine.

    cohort.py --cohort .build/release/cohort --work DIRECTORY [--learners 64,256] [--steps 300]
              [--fan-out 64] [--transport ipc] [--set a.b=c ...]

Each is an mlp with one hidden layer of 16 on the digits, in batches of 64. Prints a table in
Markdown: how long it takes to the first step and to the end; the median step of all learners after
the first twenty; the most memory that all processes have at once (what they share counts once); and
the size of the merged log. DIRECTORY keeps the configurations, many-N.yaml, and the runs.
"""

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from processes import memory

INTERVAL = 20


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--learners", default="64,256")
    parser.add_argument("--steps", default=300, type=int)
    parser.add_argument("--fan-out", default=64, type=int)
    parser.add_argument("--transport", default="ipc", choices=["ipc", "tcp"])
    parser.add_argument("--set", default=[], nargs="*", metavar="a.b=c")
    return parser.parse_args()


def configuration(given, count):
    names = [f"l{number}" for number in range(1, count + 1)]
    learners = "".join(f"  {name}: {{model: mlp, options: {{hidden: [16]}}}}\n" for name in names)
    path = given.work / f"many-{count}.yaml"
    path.write_text(f"""\
name: many-{count}
data: {{set: digits}}
training: {{steps: {given.steps}, batch: 64, interval: {INTERVAL}, evaluate: 0}}
learners:
{learners}teaching:
  - mutual: [{", ".join(names)}]
exchange: {{topology: relay, fan: {given.fan_out}, transport: {given.transport}}}
runs: {given.work}/runs
""")
    return path


def run(command):
    """Runs to the end, and says how long it took and the most memory that was seen."""
    start = time.time()
    with subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True) as process:
        words = []
        reader = threading.Thread(target=lambda: words.extend(process.stderr))
        reader.start()
        most = 0
        while process.poll() is None:
            try:
                most = max(most, memory(process.pid))
            except OSError:
                pass
            time.sleep(1)
        reader.join()
    if process.returncode:
        sys.exit(f"bench: {command[1]} failed\n{''.join(words[-20:])}")
    return time.time() - start, most


def train(given, count):
    file = configuration(given, count)
    start = time.time()
    seconds, most = run([given.cohort, "run", file, *given.set])
    directory = given.work / f"runs/many-{count}/latest"
    first, steps = [], []
    for metrics in directory.glob("learners/*/metrics.jsonl"):
        for record in map(json.loads, metrics.read_text().splitlines()):
            if record["kind"] != "interval":
                continue
            if record["step"] == INTERVAL:
                first.append(record["ts"] - INTERVAL * record["step_seconds"])
            else:
                steps.append(record["step_seconds"])
    relays = len(list(directory.glob("stages/1/relays/*")))
    log = (directory / "convergence.log").stat().st_size
    return (
        f"| {count} | {relays} | {min(first) - start:.1f} | {seconds:.0f} |"
        f" {statistics.median(steps) * 1e3:.1f} | {most / 2**20:.0f} | {log / 1e6:.1f} |")


def main():
    given = arguments()
    given.work.mkdir(parents=True, exist_ok=True)
    print("| learners | relays | first step, s | whole run, s | ms a step"
          " | memory, MiB | log, MB |")
    print("|---|---|---|---|---|---|---|")
    for count in map(int, given.learners.split(",")):
        print(train(given, count), flush=True)


main()
