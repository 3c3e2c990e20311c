#!/usr/bin/env python3
"""Small data files and what other programs read from them: Python's csv, NumPy, Pillow.

    python3 scripts/reference/datasets.py     (numpy 1.26 or newer, Pillow 10 or newer)

Writes Tests/DatasetsTests/Fixtures/Data: each file, and `expected.json` with what it holds.
"""

import csv
import json
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "Tests/DatasetsTests/Fixtures/Data"


def delimited(expected):
    """Quotes, line ends and odd fields, as Python's csv module reads them."""
    files = {
        "quotes.csv": b'a,b,c\r\n"1,5","say ""hi""",\r\n\r\n"two\nlines",x"y,"" \n,,\n'.replace(
            b'"" \n', b'""\n'
        ),
        "bom.tsv": b"\xef\xbb\xbfid\tname\n1\tZo\xc3\xab \n2\t\"a\tb\"",
        "cr.csv": b"a,b\r1,2\r3,4\r",
    }
    for name, contents in files.items():
        (FOLDER / name).write_bytes(contents)
        text = contents.decode("utf-8-sig")
        delimiter = "\t" if name.endswith("tsv") else ","
        rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        expected[name] = [row for row in rows if row]


def table(expected):
    """Numbers and categories, normalized by the training rows' moments; one-hot categories."""
    train = [
        ["7.5", "red", "3", "no", "10"],
        ["-1e2", "blue", "1", "yes", "20"],
        ["0.25", "red", "3", "yes", "30"],
        ["12", "green", "2", "no", "40"],
    ]
    test = [["green", "yes", "8", "3", "1"], ["blue", "no", "-2.5", "1", "2"]]
    with open(FOLDER / "train.csv", "w", newline="") as file:
        csv.writer(file).writerows([["x", "colour", "code", "label", "id"], *train])
    with open(FOLDER / "test.csv", "w", newline="") as file:
        csv.writer(file).writerows([["colour", "label", "x", "code", "id"], *test])
    numbers = np.array([float(row[0]) for row in train])
    mean, std = numbers.mean(), numbers.std()
    colours, codes = sorted({r[1] for r in train}), sorted({r[2] for r in train})

    def features(x, colour, code):
        row = [(float(x) - mean) / std]
        row += [float(colour == c) for c in colours] + [float(code == c) for c in codes]
        return [float(np.float32(v)) for v in row]

    expected["table"] = {
        "train": [features(*row[:3]) for row in train],
        "test": [features(row[2], row[0], row[3]) for row in test],
        "trainLabels": [int(row[3] == "yes") for row in train],
        "testLabels": [int(row[1] == "yes") for row in test],
    }


NUMPY_TYPES = ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "|u1", "|b1", "|i1", "<i2", ">i2"]
NUMPY_TYPES += ["<u2", ">u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8", ">u8"]


def arrays(expected):
    """Arrays of every type, in both orders; archives of stored and of deflated members."""
    found, members = {}, {}
    for kind in NUMPY_TYPES:
        array = (np.arange(24).reshape(2, 3, 4) * 5).astype(kind)
        if array.dtype.kind in "if":
            array[0] -= array.dtype.type(60)
        for order in "CF":
            name = f"{kind}-{order}"
            members[name] = np.asarray(array, order=order)
            found[name] = array.astype(np.float32).flatten().tolist()
    np.savez_compressed(FOLDER / "types.npz", **members)
    expected["arrays"] = found
    images = np.random.default_rng(1).integers(0, 256, (6, 7, 5, 3), dtype=np.uint8)
    labels = np.array([0, 1, 2, 0, 1, 2])
    np.savez(FOLDER / "stored.npz", x_train=images, y_train=labels,
             x_test=images[:2] // 2, y_test=labels[:2])
    np.savez_compressed(FOLDER / "deflated.npz", pictures=images.transpose(0, 3, 1, 2), y=labels)
    rows = np.random.default_rng(2).normal(5, 3, (6, 4))
    np.savez(FOLDER / "rows.npz", X=rows, y=labels)
    expected["npz"] = {
        "train": images.transpose(0, 3, 1, 2).flatten().tolist(),
        "test": (images[:2] // 2).transpose(0, 3, 1, 2).flatten().tolist(),
        "rows": ((rows.astype(np.float32) - rows.astype(np.float32).mean(0, dtype=np.float64))
                 / rows.astype(np.float32).std(0, dtype=np.float64)).flatten().tolist(),
    }


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    expected = {}
    delimited(expected)
    table(expected)
    arrays(expected)
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
