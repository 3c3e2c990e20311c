"""Kills learners of both kinds at random moments, and compares the weights with a calm run's.

    kills.py [KILLS] [SEED] [STEPS]

A mutual cohort and a chain run again and again. The seed says who is killed, and how long after the
last kill. In half of the runs the launcher starts the programs of PyTorch, and starts them again;
in the other half this program does so, as somebody by hand.
"""

from __future__ import annotations

import itertools
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import support

PROGRAMS = {"mutual": {"p": "peer.py"}, "chain": {"t": "teacher.py", "p": "peer.py"}}
KILLS_PER_RUN = 13
WORDS = ["checkpoints.every=100", "restarts=1000", "compare=null"]
Digests = tuple[str, str]
"""Of the final weights of the learner in Swift, and of that of PyTorch."""


def digests(configuration: str, runs: str, peer: Path | None = None) -> Digests:
    """What a run came to."""
    found = support.latest(configuration, runs)
    folder = peer or found.path / "learners/p"
    swift = found.summary["learners"]["a"]["weights_sha256"]
    return swift, str(support.of_peer(folder)["weights_sha256"])


class ByHand:
    """A program of PyTorch that joins by itself."""

    def __init__(self, configuration: str, name: str, file: str, runs: Path, words: list[str]):
        plan = subprocess.run(
            [support.PROGRAM, "check", f"{configuration}.yaml", *words, "--plan", name],
            stdout=subprocess.PIPE,
            check=True,
        )
        self.folder = runs / "by-hand" / name
        self.folder.mkdir(parents=True)
        (self.folder / "plan.json").write_bytes(plan.stdout)
        self._file = file
        self._environment = {
            **os.environ,
            "COHORT_CONTACT": str(runs / f"mixed-{configuration}/latest/contact.json"),
            "COHORT_PLAN": str(self.folder / "plan.json"),
            "COHORT_DIRECTORY": str(self.folder),
        }
        self.start()

    def start(self) -> None:
        """Begins a life."""
        with open(self.folder / "out.txt", "ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, self._file], env=self._environment, stdout=out, stderr=out
            )

    def kill(self) -> bool:
        """Kills it, and starts it again; whether it was alive."""
        if self.process.poll() is not None:
            return False
        self.process.kill()
        self.process.wait()
        self.start()
        return True


def kill_launched(log: Path, name: str) -> bool:
    """Kills a process that the launcher started last; whether it was alive."""
    text = log.read_text() if log.exists() else ""
    started = re.findall(rf"started '{name}', process (\d+)", text)
    if not started:
        return False
    try:
        # A program with a command is a group of its own: the shell, and what it runs.
        if name == "a":
            os.kill(int(started[-1]), signal.SIGKILL)
        else:
            os.killpg(int(started[-1]), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def disturbed(
    configuration: str,
    is_by_hand: bool,
    runs: Path,
    words: list[str],
    generator: random.Random,
    kills: int,
) -> tuple[int, Digests]:
    """A run in which up to so many processes are killed; how many were, and what it came to."""
    files = PROGRAMS[configuration]
    if is_by_hand:
        commands = [f"learners.{name}.command=null" for name in files]
        words = [*words, "exchange.transport=tcp", *commands]
    runs.mkdir(parents=True)
    with open(runs / "out.txt", "wb") as out:
        launcher = subprocess.Popen(
            [support.PROGRAM, "run", f"{configuration}.yaml", f"runs={runs}", *words],
            stdout=out,
            stderr=out,
        )
    programs = {}
    if is_by_hand:
        programs = {
            name: ByHand(configuration, name, file, runs, words) for name, file in files.items()
        }
    log = runs / f"mixed-{configuration}/latest/launcher.log"
    done = 0
    while launcher.poll() is None:
        time.sleep(generator.uniform(0.2, 4.0))
        name = generator.choice(["a", *files])
        if done < kills and launcher.poll() is None:
            done += programs[name].kill() if name in programs else kill_launched(log, name)
    if launcher.returncode != 0:
        raise SystemExit((runs / "out.txt").read_text())
    for program in programs.values():
        if program.process.wait(60) != 0:
            raise SystemExit((program.folder / "out.txt").read_text())
    peer = programs["p"].folder if is_by_hand else None
    return done, digests(configuration, str(runs), peer)


def main(kills: int = 50, seed: int = 1, steps: int = 3000) -> None:
    """Runs until so many were killed, and prints a row for each run."""
    generator = random.Random(seed)
    words = [f"training.steps={steps}", *WORDS]
    calm = {}
    for name in PROGRAMS:
        support.run(name, "runs/calm", *words)
        calm[name] = digests(name, "runs/calm")
    print("| cohort | started again by | killed | weights in Swift | weights of PyTorch |")
    print("|---|---|---|---|---|")
    done = 0
    for count, (name, is_by_hand) in enumerate(itertools.cycle(itertools.product(calm, (0, 1)))):
        if done >= kills:
            break
        runs = Path(f"runs/kills-{count}").absolute()
        quota = min(KILLS_PER_RUN, kills - done)
        killed, found = disturbed(name, bool(is_by_hand), runs, words, generator, quota)
        done += killed
        same = [
            "the same bits" if a == b else "OTHERS" for a, b in zip(found, calm[name], strict=True)
        ]
        by = "hand" if is_by_hand else "the launcher"
        print(f"| {name} | {by} | {killed} | {same[0]} | {same[1]} |", flush=True)
        if found != calm[name]:
            raise SystemExit(f"the weights of {runs} are others than those of runs/calm")
    print(f"\n{done} killed in all.")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
