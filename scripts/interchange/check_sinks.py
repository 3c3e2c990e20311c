#!/usr/bin/env python3
"""Compares what the sinks of a run wrote with its metrics.jsonl.

usage: check_sinks.py RUN

Of each learner, TensorBoard's own reader and Python's csv module come to the numbers of the
records, each step once and in order, also where the learner was started again. Histograms are of
the weights, by NumPy.
"""

import csv
import json
import pathlib
import struct
import sys
from collections import defaultdict
from typing import Any

import numpy
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.hparams import plugin_data_pb2

# Step, time and value.
Points = list[tuple[int, float, float]]
# The numbers of a record, by the keys that lead to each.
Row = dict[tuple[str, ...], float]
TABLES = {"interval": "intervals.csv", "epoch": "epochs.csv"}
# What of an epoch's scores is no point of a curve.
NO_POINTS = {("scores", "calibration"), ("scores", "confusion")}


def numbers(value: Any, path: tuple[str, ...] = ()) -> Row:
    """The numbers within a JSON value; items of a list by their index."""
    if isinstance(value, list):
        value = {f"{index}": item for index, item in enumerate(value)}
    if isinstance(value, dict):
        return {k: v for key in value for k, v in numbers(value[key], (*path, key)).items()}
    return {path: float(value)} if isinstance(value, int | float) else {}


def records(learner: pathlib.Path) -> dict[str, list[Row]]:
    """The numbers of a learner's intervals and epochs, whose steps ascend."""
    found = defaultdict(list)
    for line in (learner / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["kind"] in TABLES:
            row = numbers(record)
            found[record["kind"]].append({k: v for k, v in row.items() if k[:2] not in NO_POINTS})
    for kind, rows in found.items():
        steps = [row["step",] for row in rows]
        assert steps == sorted(set(steps)), f"{learner}: a step of {kind} stands twice"
    return found


def single(value: float) -> float:
    """The nearest number of single precision."""
    return float(struct.unpack("f", struct.pack("f", value))[0])


def check_events(learner: pathlib.Path, found: dict[str, list[Row]]) -> int:
    """Compares what TensorBoard reads; counts the points."""
    expected: dict[str, Points] = defaultdict(list)
    for kind, rows in found.items():
        for row in rows:
            for path, value in row.items():
                if path not in (("ts",), ("step",)):
                    tag = "/".join(path if len(path) > 1 else (kind, *path))
                    expected[tag].append((int(row["step",]), row["ts",], single(value)))
    events = EventAccumulator(str(learner), size_guidance={"scalars": 0})
    events.Reload()
    tags = set(events.Tags()["scalars"])
    assert tags == set(expected), f"{learner}: {tags ^ set(expected)}"
    for tag, points in expected.items():
        read = [(event.step, event.wall_time, event.value) for event in events.Scalars(tag)]
        assert read == points, f"{learner}: {tag}: {read} is not {points}"
    return sum(map(len, expected.values()))


def weights(learner: pathlib.Path) -> dict[str, numpy.ndarray]:
    """The numbers of the newest checkpoint, by their names in the file."""
    file = max(learner.glob("checkpoints/step-*/model.safetensors"))
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = json.loads(data[8 : 8 + length])
    body = data[8 + length :]
    return {
        name: numpy.frombuffer(body[slice(*entry["data_offsets"])], numpy.float32)
        for name, entry in tensors.items()
        if name != "__metadata__"
    }


def check_illustrations(learner: pathlib.Path, found: dict[str, list[Row]]) -> int:
    """Compares the last histograms with the weights, and looks at the picture; counts both."""
    events = EventAccumulator(str(learner), size_guidance={"histograms": 0, "images": 0})
    events.Reload()
    tests = [int(row["step",]) for row in found["epoch"]]
    trained = weights(learner)
    tags = events.Tags()["histograms"]
    assert set(tags) <= {f"weights/{name}" for name in trained} and tags, tags
    for tag in tags:
        read = events.Histograms(tag)
        assert [event.step for event in read] == tests, f"{learner}: {tag}"
        last = read[-1].histogram_value
        numbers = trained[tag.removeprefix("weights/")].astype(numpy.float64)
        counts, edges = numpy.histogram(numbers, bins=len(last.bucket))
        assert last.num == len(numbers) == sum(last.bucket), tag
        assert (last.min, last.max) == (numbers.min(), numbers.max()), tag
        assert numpy.allclose(last.bucket_limit, edges[1:]), tag
        assert numpy.abs(numpy.cumsum(last.bucket) - numpy.cumsum(counts)).max() <= 1, tag
        assert numpy.allclose((last.sum, last.sum_squares), (numbers.sum(), numbers @ numbers)), tag
    (image,) = events.Images("samples")
    png = image.encoded_image_string
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and image.step == 0
    assert struct.unpack(">II", png[16:24]) == (image.width, image.height)
    return len(tags) + 1


def check_plugins(learner: pathlib.Path) -> None:
    """The settings and the layout of charts are there."""
    values = {
        value.tag: value
        for path in sorted(learner.glob("*tfevents*"))
        for event in EventFileLoader(str(path)).Load()
        for value in event.summary.value
    }
    parts = {}
    for part in ("experiment", "session_start_info", "session_end_info"):
        content = values[f"_hparams_/{part}"].metadata.plugin_data.content
        parts[part] = getattr(plugin_data_pb2.HParamsPluginData.FromString(content), part)
    settings = parts["session_start_info"].hparams
    first = json.loads((learner / "metrics.jsonl").read_text().splitlines()[0])
    assert settings["model"].string_value == first["model"], settings
    assert settings["seed"].number_value == 1, settings
    assert settings["training.optimizer.rate"].number_value == 0.1, settings
    known = {info.name for info in parts["experiment"].hparam_infos}
    assert known >= set(settings), set(settings) - known
    assert parts["session_end_info"].status == 1
    (layout,) = values["custom_scalars__config__"].tensor.string_val
    assert layout_pb2.Layout.FromString(layout).category


def check_tables(learner: pathlib.Path, found: dict[str, list[Row]]) -> None:
    """Compares the tables."""
    for kind in found:
        with (learner / TABLES[kind]).open(newline="") as file:
            header, *rows = list(csv.reader(file, strict=True))
        assert header[:3] == ["ts", "step", "epoch"] and len(set(header)) == len(header)
        assert all(len(row) == len(header) for row in rows)
        read = [
            {column: float(cell) for column, cell in zip(header, row) if cell} for row in rows
        ]
        expected = [
            {".".join(path): value for path, value in row.items()} for row in found[kind]
        ]
        assert read == expected, f"{learner / TABLES[kind]} differs"


def main(run: pathlib.Path) -> int:
    learners = sorted(run.glob("**/learners/*"))
    points = drawings = 0
    for learner in learners:
        found = records(learner)
        points += check_events(learner, found)
        drawings += check_illustrations(learner, found)
        check_plugins(learner)
        check_tables(learner, found)
    starts = max(len(list(learner.glob("*tfevents*"))) for learner in learners)
    print(f"{points} numbers of {len(learners)} learners come back, after up to {starts} starts")
    print(f"{drawings} histograms and pictures agree with weights and samples")
    return 0 if points and starts > 1 else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
