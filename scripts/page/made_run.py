"""Writes run directories for the tests of the page: records as learners write them."""

import json
import math
import os
import random
import struct


class MadeRun:
    """A run of learners that teach one another along a ring, with the same ones alone."""

    def __init__(self, path, learners, model="mlp", fan=1, seed=1):
        self.path, self.names, self.model, self.fan = path, learners, model, fan
        self.random = random.Random(seed)
        os.makedirs(path, exist_ok=True)
        with open(f"{path}/config.yaml", "w") as file:
            file.write("name: made\nlearners:\n" + "".join(f"  {n}:\n" for n in learners))

    def _file(self, name, part):
        folder = f"{self.path}{part}/learners/{name}"
        os.makedirs(folder, exist_ok=True)
        return open(f"{folder}/metrics.jsonl", "a")

    def _record(self, name, kind, step, **body):
        return json.dumps({
            "kind": kind, "peer": name, "role": "student", "run": "made", "step": step,
            "ts": 1_700_000_000 + step * 0.02, **body}) + "\n"

    def start(self, total, part=""):
        """Every learner begins."""
        for name in self.names:
            with self._file(name, part) as file:
                file.write(self._record(
                    name, "start", 0, model=self.model, parameters=12345, threads=1,
                    weights_sha256="00", total_steps=total))

    def steps(self, first, last, interval, part="", tests=10):
        """Every learner reports each interval, and a test after every so many of them."""
        for place, name in enumerate(self.names):
            teachers = [] if part else [
                self.names[(place + away) % len(self.names)] for away in range(1, self.fan + 1)]
            with self._file(name, part) as file:
                for number, step in enumerate(range(first, last + 1, interval), 1):
                    file.write(self._interval(name, place, teachers, step, interval))
                    if number % tests == 0:
                        file.write(self._epoch(name, place, step, number // tests, part))

    def _interval(self, name, place, teachers, step, interval):
        noise = self.random.uniform(0.9, 1.1)
        loss = (0.2 + 0.03 * place + 2.2 * math.exp(-step / (300 + 60 * place))) * noise
        by = {t: (0.05 + 0.4 * math.exp(-step / 400)) * self.random.uniform(0.6, 1.6)
              for t in teachers}
        return self._record(
            name, "interval", step, steps=interval, epoch=1 + step // 200, split="train",
            task_loss=loss, total_loss=loss + 0.1, rate=0.05 * 0.999 ** (step / 50),
            step_seconds=0.02, codec_errors={}, divergence=by,
            agreement={t: 1 - value for t, value in by.items()},
            wait_seconds={t: 0.004 * self.random.random() for t in teachers},
            bytes_from={t: 2048 for t in teachers}, bytes_to={t: 2048 for t in teachers},
            terms={f"dml<{','.join(teachers)}": {"value": 0.1, "weight": 1, "open": 1}}
            if teachers else {})

    def answers(self, step, labels=(0, 1, 2, 3) * 10):
        """Every learner stores what it answers about test samples of four classes."""
        for name in self.names:
            rows = [self._probabilities(label) for label in labels]
            best = [max(range(4), key=row.__getitem__) for row in rows]
            write_safetensors(
                f"{self.path}/learners/{name}/answers.safetensors",
                {"step": str(step), "epoch": "1", "samples": "1f", "classes": "4"},
                {"labels": ("I64", "q", [len(labels)], list(labels)),
                 "answers": ("I64", "q", [len(labels)], best),
                 "confidences": ("F32", "f", [len(labels)], [max(row) for row in rows]),
                 "probabilities": ("F32", "f", [len(labels), 4], sum(rows, []))})

    def _probabilities(self, label):
        sizes = [self.random.expovariate(1) + (2 if k == label else 0) for k in range(4)]
        return [size / sum(sizes) for size in sizes]

    @staticmethod
    def _scores(accuracy):
        right = round(10 * accuracy)
        return {
            "ece": 0.08, "f1": accuracy, "class_accuracies": [accuracy] * 4,
            "calibration": [[0.3, 0.25, 0.2], [0.62, 0.5, 0.3], [0.97, accuracy, 0.5]],
            "confusion": [[right if k == row else 10 - right if k == (row + 1) % 4 else 0
                           for k in range(4)] for row in range(4)]}

    def _epoch(self, name, place, step, epoch, part):
        accuracy = 0.95 - 0.01 * place - 0.5 * math.exp(-step / 500) - (0.03 if part else 0)
        return self._record(
            name, "epoch", step, epoch=epoch, split="test", train_accuracy=accuracy,
            train_loss=0.3, test_accuracy=accuracy, test_nll=1 - accuracy, seconds=1,
            scores=self._scores(accuracy),
            ensemble_members=self.names, ensemble_accuracy=min(1, accuracy + 0.02))

    def say(self, name, text, level="warning"):
        """A learner writes a message."""
        with self._file(name, "") as file:
            file.write(self._record(name, "notice", 1, level=level, message=text))

    def end(self, step, part=""):
        """Every learner ends well."""
        for place, name in enumerate(self.names):
            accuracy = 0.95 - 0.01 * place - (0.03 if part else 0)
            with self._file(name, part) as file:
                file.write(self._record(
                    name, "end", step, seconds=9, test_accuracy=accuracy, exit_code=0,
                    weights_sha256="00", peak_memory=1 << 26))


def write_safetensors(path, metadata, tensors):
    """Writes tensors: of each its type's name and letter, its shape and its values."""
    header, data = {"__metadata__": metadata}, b""
    for name, (kind, letter, shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}{letter}", *values)
        header[name] = {"dtype": kind, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)
