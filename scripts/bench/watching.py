"""Trains two learners again and again, watched in one way after another, and compares the times.

    watching.py --cohort .build/release/cohort --work DIRECTORY [--rounds 5] [--steps 300]

Each round trains once in every way, as a machine's speed drifts. Prints a table in Markdown: the
medians over the rounds of the time of a step, of its ratio to that of the same round that nobody
watched with the least and the greatest of them, and of what the watching process itself took.
"""

import argparse
import http.client
import json
import os
import pty
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

LEARNERS = ["a", "b"]


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cohort", required=True, type=Path)
    parser.add_argument("--work", required=True, type=Path)
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--steps", default=300, type=int)
    return parser.parse_args()


def configuration(given):
    path = given.work / "watched.yaml"
    path.write_text(f"""\
name: watched
data: {{set: fashion-mnist, labels: 6000}}
training: {{steps: {given.steps}, batch: 64, threads: 1, interval: 5, evaluate: 0}}
learners:
  a: {{model: resnet8}}
  b: {{model: resnet8}}
teaching:
  - mutual: [a, b]
""")
    return path


class Watcher:
    """A process that watches, and whoever looks at what it shows."""

    def __init__(self, command, **streams):
        self.process = subprocess.Popen(command, **streams)

    def end(self):
        """Processor time and the most memory of the process, in seconds and bytes."""
        # Popen's own methods would wait for one that has ended, and keep what it took.
        os.kill(self.process.pid, signal.SIGTERM)
        _, _, usage = os.wait4(self.process.pid, 0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10


class Terminal(Watcher):
    """Watches in a terminal of 120 columns."""

    def __init__(self, cohort, run):
        self.screen, side = pty.openpty()
        super().__init__([cohort, "watch", run], stdin=side, stdout=side, stderr=side,
                         env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"})
        os.close(side)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            while os.read(self.screen, 1 << 16):
                pass
        except OSError:
            pass  # The program has ended.


class Page(Watcher):
    """Watches on a page, with one page that is open."""

    def __init__(self, cohort, run):
        super().__init__([cohort, "watch", run, "--web"], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if address := re.search(r"http://\S+", line):
                break
        else:
            sys.exit("bench: the page's server printed no address")
        stream = urllib.request.urlopen(address.group() + "events?metrics=task_loss")
        threading.Thread(target=self.read, args=[stream], daemon=True).start()

    @staticmethod
    def read(stream):
        try:
            while stream.read1(1 << 16):
                pass
        except (OSError, ValueError, http.client.HTTPException):
            pass  # The server has ended.


WAYS = {
    "nobody": (None, []),
    "`cohort watch` in a terminal": (Terminal, []),
    "`cohort watch --web`, a page open": (Page, []),
    "nobody, with `sinks: [tensorboard, csv]`": (None, ["sinks=[tensorboard, csv]"]),
}


def train(given, file, way, place):
    """The time of a step, and what the watcher took."""
    watch, settings = WAYS[way]
    training = subprocess.Popen(
        [given.cohort, "run", file, "--progress", "none", "--resume", "never",
         f"runs={place}", *settings],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    run = place / "watched/latest"
    watcher = None
    if watch:
        while training.poll() is None and not run.exists():
            time.sleep(0.01)
        watcher = watch(given.cohort, run)
    _, words = training.communicate()
    if training.returncode:
        sys.exit(f"bench: {way}\n{words}")
    took = watcher.end() if watcher else None
    times = []
    for name in LEARNERS:
        text = (run / f"learners/{name}/metrics.jsonl").read_text()
        intervals = [record for record in map(json.loads, text.splitlines())
                     if record["kind"] == "interval"]
        # At first the processes start, and the watcher too.
        times += [record["step_seconds"] for record in intervals[len(intervals) // 5:]]
    return statistics.mean(times), took


def main():
    given = arguments()
    file = configuration(given)
    steps = {way: [] for way in WAYS}
    taken = {way: [] for way in WAYS}
    for number in range(1, given.rounds + 1):
        for way in WAYS:
            print(f"bench: round {number}, {way}", file=sys.stderr)
            place = given.work / f"round-{number}-{list(WAYS).index(way)}"
            step, took = train(given, file, way, place)
            steps[way].append(step)
            taken[way] += [took] if took else []
    first = steps["nobody"]
    print("| who watches | ms a step | times that of nobody | processor time of the watcher, s "
          "| its memory, MB |\n|---|---|---|---|---|")
    for way, values in steps.items():
        ratios = [value / other for value, other in zip(values, first)]
        ratio = "1" if way == "nobody" else (
            f"{statistics.median(ratios):.3f} ({min(ratios):.3f} … {max(ratios):.3f})")
        cost = ["–", "–"]
        if taken[way]:
            cost = [f"{statistics.median(one[0] for one in taken[way]):.2f}",
                    f"{statistics.median(one[1] for one in taken[way]) / 1e6:.0f}"]
        print(f"| {way} | {1e3 * statistics.median(values):.1f} | {ratio} "
              f"| {' | '.join(cost)} |")
    spread = max(first) / min(first)
    print(f"\nUnwatched, the slowest round takes {spread:.3f} times the fastest: a smaller "
          "difference is\nthe machine's. An interval, after which records are written, has 5"
          " steps.")


main()
