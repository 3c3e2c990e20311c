"""Writes the tables as Markdown, and a chart of the gains of each."""

import html
import math
import pathlib
import statistics
import textwrap

from forms import Form
from jobs import Store
from tables import Row, Table

# Student's t, two-sided, 95 %, by degrees of freedom.
T = (math.nan, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228)


class Line:
    """A row's figures over the seeds that are done, and its gains of the same seeds."""

    def __init__(self, store: Store, table: Table, row: Row):
        self.row = row
        found = {seed: store.result(table, row, seed) for seed in store.form.seeds}
        self.found = {seed: result for seed, result in found.items() if result}
        base = table.rows[0]
        self.gains = []
        for seed, result in self.found.items():
            if row.alone:
                before = result["alone"]
            elif row is base:
                continue
            else:
                other = store.result(table, base, seed)
                before = other["accuracy"] if other else None
            if before is not None:
                self.gains.append(100 * (result["accuracy"] - before))

    @property
    def accuracies(self) -> list:
        return [100 * result["accuracy"] for result in self.found.values()]

    @property
    def alone(self) -> list:
        return [100 * result["alone"] for result in self.found.values() if result["alone"]]

    def mean(self, key: str):
        values = [result[key] for result in self.found.values() if result.get(key) is not None]
        return statistics.fmean(values) if values else None


def record(store: Store, tables: list) -> dict:
    """By table and row: the rate that was chosen, nothing where a row has its own, and the accuracy
    of every run that is done, by seed."""
    return {
        f"{table.letter}, {row.name}": {
            "rate": store.known_rate(table, row) or None,
            "accuracies": {
                str(seed): result["accuracy"]
                for seed in store.form.seeds
                if (result := store.result(table, row, seed))
            },
        }
        for table in tables
        for row in table.rows
    }


def interval(values: list):
    """The mean, and half the width of its 95 % interval; nan where one value has none."""
    if len(values) < 2:
        return statistics.fmean(values), math.nan
    width = T[len(values) - 1] * statistics.stdev(values) / math.sqrt(len(values))
    return statistics.fmean(values), width


def spread(values: list) -> str:
    if not values:
        return "–"
    deviation = statistics.stdev(values) if len(values) > 1 else 0
    return f"{statistics.fmean(values):.1f} ± {deviation:.1f}"


def gain(values: list) -> str:
    if not values:
        return "–"
    mean, width = interval(values)
    if math.isnan(width):
        return f"{mean:+.1f}"
    return f"{mean:+.1f} ({mean - width:+.1f} … {mean + width:+.1f})"


def markdown(store: Store, table: Table) -> str:
    """A table, with its text."""
    lines = [Line(store, table, row) for row in table.rows]
    lines = [line for line in lines if line.found]
    if not lines:
        return ""
    has_alone, has_bytes = any(line.alone for line in lines), table.letter == "m"
    has_agreement = any(line.mean("agreement") is not None for line in lines)
    head = (
        ["method", "paper"]
        + (["rate"] if table.chosen else [])
        + (["alone"] if has_alone else [])
        + ["accuracy", "gain, points (95 %)", "seeds that gained"]
        + (["agreement"] if has_agreement else [])
        + (["bytes a step"] if has_bytes else [])
    )
    text = [f"## {table.letter}. {table.title}", "", textwrap.fill(table.text, 100), ""]
    text += ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for line in lines:
        better = f"{sum(value > 0 for value in line.gains)} of {len(line.gains)}"
        cells = [line.row.name, line.row.paper]
        cells += [f"{store.known_rate(table, line.row):g}"] if table.chosen else []
        cells += [spread(line.alone)] if has_alone else []
        cells += [spread(line.accuracies), gain(line.gains), better if line.gains else "–"]
        if has_agreement:
            agreement = line.mean("agreement")
            cells.append("–" if agreement is None else f"{100 * agreement:.1f}")
        if has_bytes:
            cells.append(f"{line.mean('bytes'):.0f}")
        text.append("| " + " | ".join(cells) + " |")
    return "\n".join(text) + "\n"


def chart(store: Store, table: Table) -> str:
    """The gains of a table's rows with their intervals, as an SVG; empty where there are none."""
    lines = [Line(store, table, row) for row in table.rows]
    drawn = [(line.row.name, *interval(line.gains)) for line in lines if line.gains]
    if not drawn:
        return ""
    drawn = [(name, mean, 0 if math.isnan(width) else width) for name, mean, width in drawn]
    drawn.sort(key=lambda bar: -bar[1])
    low = min(0, *(mean - width for _, mean, width in drawn), 0)
    high = max(0, *(mean + width for _, mean, width in drawn), 0)
    span = (high - low) or 1
    left, right, row, top = 220, 620, 18, 40

    def x(value: float) -> float:
        return left + (right - left) * (value - low) / span

    height = top + row * len(drawn) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}"'
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="640" height="{height}" fill="#fff"/>',
        f'<text x="10" y="18" font-size="13">{html.escape(table.title)}: gain in points,'
        " 95 % intervals</text>",
        f'<line x1="{x(0):.1f}" y1="{top - 8}" x2="{x(0):.1f}" y2="{height - 22}" stroke="#888"/>',
    ]
    step = 10 ** math.floor(math.log10(span)) / 2
    if span / step > 10:
        step *= 2
    tick = math.ceil(low / step) * step
    while tick <= high:
        parts.append(
            f'<text x="{x(tick):.1f}" y="{height - 8}" text-anchor="middle" fill="#555">'
            f"{tick:+.3g}</text>"
        )
        tick += step
    for number, (name, mean, width) in enumerate(drawn):
        y = top + row * number + 4
        color = "#1b6e3c" if mean - width > 0 else "#a33" if mean + width < 0 else "#777"
        parts += [
            f'<text x="{left - 10}" y="{y + 4}" text-anchor="end">{html.escape(name)}</text>',
            f'<line x1="{x(mean - width):.1f}" y1="{y}" x2="{x(mean + width):.1f}" y2="{y}"'
            f' stroke="{color}" stroke-width="2"/>',
            f'<circle cx="{x(mean):.1f}" cy="{y}" r="3.5" fill="{color}"/>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "an unknown processor"


def introduction(store: Store, tables: list, charts: str) -> str:
    """What stands above the tables."""
    form: Form = store.form
    wanted = sum(len(table.rows) for table in tables) * len(form.seeds)
    done = [
        result
        for table in tables
        for row in table.rows
        for seed in form.seeds
        if (result := store.result(table, row, seed))
    ]
    programs = ", ".join(sorted({result["program"] for result in done})) or "–"
    hours = sum(result["seconds"] for result in done) / 3600
    missing = wanted - len(done)
    paragraphs = [
        f"One program, the same data, steps and seeds for every method of a table. Where a table"
        f" says nothing else, the data are {form.set}, {form.steps} steps. Accuracies are on the"
        f" test samples, in per cent: the mean and the standard deviation over the seeds"
        f" {form.seeds[0]} to {form.seeds[-1]}. A gain is of the same seed over the first row of"
        " its table, or over the same learners alone where there is such a column; its 95 %"
        " interval is Student's t's. Agreement is how often a learner and those that teach it chose"
        " the same class in the last steps, in per cent.",
        "Rates were chosen on validation samples with a seed that is none of these, for each row by"
        " itself; where learners are compared with themselves alone, for one of them alone. So a"
        " method whose gradients are larger is not judged at a rate that suits another. Weights and"
        " temperatures are the papers' or the benchmarks', and were not tuned: a row says what a"
        " method gives here, and not which is best.",
        f"Made by `scripts/comparison.sh {form.name}` on {processor()}, {hours:.1f} hours of runs,"
        f" with the sources at {programs}."
        + (f" {missing} of {wanted} runs are missing." if missing else "")
        + charts,
    ]
    return (
        "# Methods compared\n\n" + "\n\n".join(textwrap.fill(one, 100) for one in paragraphs) + "\n"
    )
