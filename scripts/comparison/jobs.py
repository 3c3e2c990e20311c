"""Runs what the tables need, each run once: what is done is found again when the command is
repeated.

The folder of a form holds `results.jsonl`, a line for each run that ended well; `rates.json`, the
rates that were chosen; and `teachers`, whose weights students learn from. A result counts for its
configuration and seed: where a row changes, it is run anew.
"""

import hashlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Optional

from forms import RATES, Form
from tables import TEACHERS, Row, Table

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("COHORT", ROOT / ".build/release/cohort"))
# Of the choice of rates: none of the seeds of a form.
CHOOSING_SEED = 101


class Failed(Exception):
    """A run that did not end well; its words are what it wrote last."""


def cohort(*words: str) -> str:
    """Runs the program, and returns its standard output."""
    done = subprocess.run(
        [PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    if done.returncode != 0:
        raise Failed(f"cohort {words[0]} ended with {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


class Store:
    """The folder of a form."""

    def __init__(self, form: Form, folder: pathlib.Path):
        self.form, self.folder = form, folder
        folder.mkdir(parents=True, exist_ok=True)
        self.results = {}
        for line in self._lines("results.jsonl"):
            result = json.loads(line)
            self.results[result["key"]] = result
        rates = folder / "rates.json"
        self.rates = json.loads(rates.read_text()) if rates.exists() else {}

    def _lines(self, name: str) -> list:
        path = self.folder / name
        # A line that an interrupted command did not finish is no result.
        return [line for line in path.read_text().split("\n")[:-1] if line] if path.exists() else []

    # --- Rates

    def rate(self, table: Table, row: Row) -> float:
        """The rate with which a row is best on validation samples; where it is compared with its
        learners alone, the rate with which one of them alone is best."""
        known = self.known_rate(table, row)
        if known is not None:
            return known
        say(f"choosing a rate for table {table.letter}" + ("" if row.alone else f", {row.name}"))
        made = self._rated(table, row)
        made["data"] = {**made["data"], "validation": 0.1}
        if not row.alone:
            self._lend_weights(made, row, CHOOSING_SEED)
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            words = written(made, pathlib.Path(place), CHOOSING_SEED)
            rates = ",".join(map(str, RATES))
            counts = ["s"] if row.alone else row.learners
            lines = cohort(
                "sweep",
                *words,
                f"training.optimizer.rate={rates}",
                *(["--by", counts[0]] if len(counts) == 1 else []),
                "--format",
                "json",
                "--progress",
                "none",
            ).splitlines()
        best = json.loads(lines[0])
        self.rates[self._setting(table, row)] = float(best["settings"]["training.optimizer.rate"])
        replace(self.folder / "rates.json", json.dumps(self.rates, indent=1) + "\n")
        return self.known_rate(table, row)

    def known_rate(self, table: Table, row: Row) -> Optional[float]:
        """The same, where it was chosen already; 0 where rows have rates of their own."""
        return self.rates.get(self._setting(table, row)) if table.chosen else 0.0

    def _rated(self, table: Table, row: Row) -> dict:
        """The configuration for which the rate of a row is chosen."""
        return (table.chosen if row.alone else row.make)(self.form, RATES[0])

    def _setting(self, table: Table, row: Row) -> str:
        return digest({"rates": RATES, **self._rated(table, row)})

    # --- Teachers

    def teacher(self, name: str, seed: int) -> pathlib.Path:
        """The run of a trained teacher."""
        made = TEACHERS[name](self.form)
        place = self.folder / "teachers" / f"{name}-{digest(made)[:8]}-{seed}"
        if not (place / "run/latest/summary.json").exists():
            say(f"training the teacher {name}, seed {seed}")
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            words = written(made, place, seed)
            cohort("run", *words, "--progress", "none", "--resume", "never")
        return (place / "run/latest").resolve()

    # --- Rows

    def configuration(self, row: Row, rate: float, seed: int) -> dict:
        """What is run for a row, but for the paths of weights."""
        made = row.make(self.form, rate)
        if "file" in made:
            made["text"] = (ROOT / "deploy/experiments" / f"{made['file']}.yaml").read_text()
        return {**made, "seed": seed}

    def result(self, table: Table, row: Row, seed: int):
        """The result of a row, if it is there."""
        rate = self.known_rate(table, row)
        if rate is None:
            return None
        return self.results.get(digest(self.configuration(row, rate, seed)))

    def _lend_weights(self, made: dict, row: Row, seed: int) -> None:
        """Gives the learners of a configuration the weights of trained teachers."""
        learners = made.get("learners", {})
        for learner, teacher in row.weights.items():
            weights = self.teacher(teacher, seed) / "learners/t"
            learners[learner] = {**learners[learner], "weights": str(weights)}

    def run(self, table: Table, row: Row, seed: int) -> dict:
        """The result of a row, which is run if it is not there."""
        made = self.configuration(row, self.rate(table, row), seed)
        key = digest(made)
        if key in self.results:
            return self.results[key]
        say(f"{table.letter}, {row.name}, seed {seed}")
        self._lend_weights(made, row, seed)
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            words = written(made, pathlib.Path(place), seed)
            cohort("run", *words, "--progress", "none", "--resume", "never")
            found = figures(pathlib.Path(place) / "run/latest", row.learners)
        result = {
            "key": key,
            "table": table.letter,
            "row": row.name,
            "seed": seed,
            "program": version(),
            "seconds": round(time.monotonic() - begun, 1),
            **found,
        }
        with open(self.folder / "results.jsonl", "a") as lines:
            lines.write(json.dumps(result) + "\n")
        self.results[key] = result
        return result


def figures(run: pathlib.Path, learners: tuple) -> dict:
    """What is kept of a run: means over the learners that count."""
    summary = json.loads((run / "summary.json").read_text())["learners"]

    def mean(key: str):
        values = [summary[name][key] for name in learners if key in summary[name]]
        return statistics.fmean(values) if len(values) == len(learners) else None

    published, agreement = [], []
    for name in learners:
        # Of several stages the last is the one in which it learns from others.
        files = sorted(run.rglob(f"{name}/metrics.jsonl"))
        records = [json.loads(line) for line in files[-1].read_text().splitlines()]
        intervals = [record for record in records if record["kind"] == "interval"]
        steps = sum(record["steps"] for record in intervals)
        total = sum(sum(record.get("bytes_to", {}).values()) for record in intervals)
        published.append(total / steps)
        agreement += intervals[-1].get("agreement", {}).values()
    return {
        "accuracy": mean("test_accuracy"),
        "alone": mean("alone_test_accuracy"),
        "bytes": statistics.fmean(published),
        "agreement": statistics.fmean(agreement) if agreement else None,
    }


def written(made: dict, place: pathlib.Path, seed: int) -> list:
    """The words of a command that name a configuration, whose runs lie in a folder."""
    common = {"name": "run", "runs": str(place), "seed": seed}
    if "file" in made:
        file = ROOT / "deploy/experiments" / f"{made['file']}.yaml"
        changes = {**made["set"], **common}
        return [str(file), *(f"{key}={json.dumps(value)}" for key, value in changes.items())]
    file = place / "run.yaml"
    # JSON is YAML.
    file.write_text(json.dumps({**made, **common}, indent=1))
    return [str(file)]


def check(store: Store, table: Table, row: Row) -> str:
    """Why the program refuses what a row runs; empty where it does not."""
    made = store.configuration(row, RATES[0], 1)
    for name in row.weights:
        # Its weights are not there yet.
        made["learners"][name] = {**made["learners"][name], "role": "student"}
    with tempfile.TemporaryDirectory(dir=store.folder) as place:
        try:
            cohort("check", *written(made, pathlib.Path(place), 1))
        except Failed as failure:
            return f"{table.letter}, {row.name}: {failure}"
    return ""


def digest(made: dict) -> str:
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:16]


def version() -> str:
    """The commit of the program's sources."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT
    )
    return done.stdout.strip() or "unknown"


def replace(path: pathlib.Path, text: str) -> None:
    """Writes a file that is then whole."""
    other = path.with_suffix(".new")
    other.write_text(text)
    other.replace(path)


def say(text: str) -> None:
    print(f"comparison: {text}", file=sys.stderr, flush=True)
