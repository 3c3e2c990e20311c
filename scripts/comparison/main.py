"""Compares methods, and prints their tables; scripts/comparison.sh says how it is called."""

import argparse
import json
import os
import pathlib
import subprocess
import sys

import jobs
import report
from forms import FORMS, GLYPHS
from tables import tables


def arguments():
    parser = argparse.ArgumentParser(prog="comparison.sh", add_help=True)
    parser.add_argument("form", nargs="?", default="full", choices=sorted(FORMS))
    parser.add_argument("tables", nargs="*", help="letters of tables, such as a1 b; by default all")
    parser.add_argument("--runs", type=pathlib.Path, default=jobs.ROOT / "runs/comparison")
    parser.add_argument("--charts", type=pathlib.Path, help="a folder for a chart of each table")
    parser.add_argument("--seeds", type=int, help="how many of the form's seeds; by default all")
    parser.add_argument(
        "--record",
        type=pathlib.Path,
        help="a file for the rates of all rows and the accuracies of all runs",
    )
    parser.add_argument("--verify", type=pathlib.Path, help="compare with such a file")
    parser.add_argument("--check", action="store_true", help="only check that all rows can be run")
    parser.add_argument("--report", action="store_true", help="run nothing: print what is done")
    return parser.parse_args()


def complain(what: str, code: int) -> None:
    jobs.say(what)
    raise SystemExit(code)


def main() -> None:
    given = arguments()
    if not os.access(jobs.PROGRAM, os.X_OK):
        complain(f"there is no {jobs.PROGRAM}: build it by swift build -c release", 66)
    form = FORMS[given.form]
    if given.seeds is not None and not 1 <= given.seeds <= len(form.seeds):
        complain(f"--seeds lies in 1...{len(form.seeds)}", 64)
    store = jobs.Store(form, given.runs / form.name)
    known = tables(form)
    unknown = [name for name in given.tables if not any(t.letter.startswith(name) for t in known)]
    if unknown:
        letters = ", ".join(table.letter for table in known)
        complain(f"there is no table {', '.join(unknown)}; tables are {letters}", 64)
    chosen = [
        table
        for table in known
        if not given.tables or any(table.letter.startswith(name) for name in given.tables)
    ]
    if any(table.letter == "n1" for table in chosen) and not given.report:
        draw_glyphs()
    if given.check:
        wrong = [
            why for table in chosen for row in table.rows if (why := jobs.check(store, table, row))
        ]
        if wrong:
            complain("rows that cannot be run:\n" + "\n".join(wrong), 1)
        return
    failed = []
    if not given.report:
        # Seed by seed, so that what is done first says something of every row.
        for seed in form.seeds[: given.seeds]:
            for table in chosen:
                for row in table.rows:
                    try:
                        store.run(table, row, seed)
                    except jobs.Failed as failure:
                        failed.append(f"{table.letter}, {row.name}, seed {seed}: {failure}")
                        jobs.say(failed[-1])
    found = report.record(store, chosen)
    if given.record:
        jobs.replace(given.record, json.dumps(found, indent=1, sort_keys=True) + "\n")
    if given.verify:
        return verify(found, given, form)
    charts = ""
    if given.charts:
        given.charts.mkdir(parents=True, exist_ok=True)
        for table in chosen:
            if drawn := report.chart(store, table):
                (given.charts / f"{table.letter}.svg").write_text(drawn)
        charts = f" Charts of the gains: `{given.charts}`."
    print(report.introduction(store, chosen, charts))
    for table in chosen:
        if text := report.markdown(store, table):
            print(text)
    if failed:
        complain(f"{len(failed)} runs failed", 70)


def draw_glyphs() -> None:
    """Makes the set of glyphs, where it is not there."""
    folder = jobs.ROOT / GLYPHS
    if (folder / "fonts.txt").exists():
        return
    jobs.say(f"drawing glyphs into {folder}")
    done = subprocess.run([jobs.ROOT / "scripts/glyphs.py", folder], stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        complain("without glyphs there is no table n1: name the other tables", done.returncode)


def verify(found: dict, given, form) -> None:
    """Ends with 1 where rates or accuracies are others than were recorded, to the last bit."""
    recorded = json.loads(given.verify.read_text())
    seeds = [str(seed) for seed in form.seeds[: given.seeds]]
    differences = []
    for name, here in found.items():
        there = recorded.get(name, {"rate": None, "accuracies": {}})
        if here["rate"] != there["rate"]:
            differences.append(f"{name}: the rate {here['rate']}, recorded {there['rate']}")
        for seed in seeds:
            values = [one["accuracies"].get(seed) for one in (here, there)]
            if values[0] != values[1]:
                differences.append(f"{name}, seed {seed}: {values[0]}, recorded {values[1]}")
    if differences:
        complain(f"{given.verify} holds other figures:\n" + "\n".join(differences), 1)
    jobs.say(f"rates and accuracies of {len(found)} rows are those of {given.verify}")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    main()
