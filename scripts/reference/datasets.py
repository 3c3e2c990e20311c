#!/usr/bin/env python3
"""Small data files and what other programs read from them: Python's csv, NumPy, Pillow.

    python3 scripts/reference/datasets.py     (numpy 1.26 or newer, Pillow 10 or newer)

Writes Tests/DatasetsTests/Fixtures/Data: each file, and `expected.json` with what it holds.
"""

import csv
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FOLDER = Path(__file__).resolve().parents[2] / "Tests/DatasetsTests/Fixtures/Data"
PICTURES = Path(__file__).resolve().parents[2] / "Tests/EndToEndTests/Pictures"


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


def images(expected):
    """Images of every kind, and their pixels as Pillow reads, turns and resizes them."""
    folder = FOLDER / "images"
    folder.mkdir(exist_ok=True)
    draw = np.random.default_rng(3)
    rgb = draw.integers(0, 256, (11, 14, 3), dtype=np.uint8)
    # Smooth, so that JPEG keeps most of it.
    smooth = np.stack([np.add.outer(np.arange(22) * 9, np.arange(17) * k) % 256
                       for k in (3, 5, 7)], -1).astype(np.uint8)
    grey = draw.integers(0, 256, (9, 6), dtype=np.uint8)
    made = {
        "rgb.png": Image.fromarray(rgb),
        "grey.png": Image.fromarray(grey),
        "bits.png": Image.fromarray(grey > 128),
        "palette.png": Image.fromarray(rgb).quantize(7),
        "alpha.png": Image.fromarray(np.dstack([rgb, rgb[..., :1]])),
        "grey-alpha.png": Image.fromarray(np.dstack([grey, grey[::-1]]), "LA"),
        "deep.png": Image.fromarray(grey.astype(np.uint16) * 251 + 17),
        "photo.jpg": Image.fromarray(smooth),
        "grey.jpg": Image.fromarray(smooth[..., 0]),
        "inks.jpg": Image.fromarray(smooth).convert("CMYK"),
        "progressive.jpg": Image.fromarray(smooth),
    }
    found = expected["images"] = {}
    for name, image in made.items():
        options = {"progressive": True} if name.startswith("progressive") else {}
        image.save(folder / name, **options)
        found[name] = upright(folder / name)
    interlace(folder / "interlaced.png", rgb)
    found["interlaced.png"] = upright(folder / "interlaced.png")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"turned-{orientation}.png"
        Image.fromarray(rgb).save(folder / name, exif=exif)
        found[name] = upright(folder / name)
        if orientation == 6:
            Image.fromarray(smooth).save(folder / "turned-6.jpg", exif=exif)
            found["turned-6.jpg"] = upright(folder / "turned-6.jpg")
    expected["resized"] = [
        resized(rgb, *case) for case in [
            ((5, 5), "bilinear"), ((5, 5), "area"), ((4, 9), "bilinear"), ((23, 30), "bilinear"),
            ((3, 20), "area"), ((11, 14), "bilinear")]]


def upright(path):
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode == "I;16":
        pixels = (np.asarray(image).astype(np.int64) * 255 + 32767) // 65535
        return {"shape": [*pixels.shape, 1], "pixels": pixels.flatten().tolist()}
    alpha = None
    if image.mode in ("LA", "RGBA"):
        alpha = np.asarray(image)[..., -1:].astype(int)
    grey = image.mode in ("L", "LA", "1")
    pixels = np.asarray(image.convert("L" if grey else "RGB")).astype(int)
    pixels = pixels.reshape(*pixels.shape[:2], -1)
    if alpha is not None:
        pixels = np.asarray(image)[..., :-1].astype(int)
        pixels = (pixels * alpha + 255 * (255 - alpha) + 127) // 255
    return {"shape": list(pixels.shape), "pixels": pixels.flatten().tolist()}


def resized(pixels, size, kind):
    """The largest centred box of the target's proportions, resized by Pillow."""
    height, width = pixels.shape[:2]
    scale = min(height / size[0], width / size[1])
    box = (size[1] * scale, size[0] * scale)
    left, top = (width - box[0]) / 2, (height - box[1]) / 2
    filters = {"bilinear": Image.Resampling.BILINEAR, "area": Image.Resampling.BOX}
    image = Image.fromarray(pixels).resize(
        size[::-1], filters[kind], box=(left, top, left + box[0], top + box[1]))
    return {"size": list(size), "filter": kind,
            "pixels": np.asarray(image).transpose(2, 0, 1).flatten().tolist()}


def interlace(path, rgb):
    """Pillow writes no interlaced files: the seven passes of Adam7, by hand."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1)]
    rows = b"".join(
        b"\0" + row.tobytes()
        for y, x, down, right in passes for row in rgb[y::down, x::right] if row.size)

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    height, width = rgb.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pictures():
    """Pictures of two classes, stripes across and down, as a user would have them: PNG and JPEG, of
    several sizes and modes."""
    draw = np.random.default_rng(5)
    for part, count in (("train", 12), ("test", 6)):
        for name, axis in (("across", 0), ("down", 1)):
            folder = PICTURES / part / name
            folder.mkdir(parents=True, exist_ok=True)
            for index in range(count):
                save_stripes(folder, index, axis, draw)


def save_stripes(folder, index, axis, draw):
    height, width = draw.integers(14, 26, 2)
    place = np.indices((height, width))[axis]
    light = 128 + 110 * np.sin(place * 2 * np.pi / draw.uniform(6, 8) + draw.uniform(0, 6))
    tint = draw.uniform(0.5, 1, 3) if index % 3 else np.ones(3)
    image = Image.fromarray((light[..., None] * tint).astype(np.uint8))
    if index % 3 == 0:
        image = image.convert("L")
    if index % 2:
        image.save(folder / f"{index}.jpg", quality=90)
    else:
        image.save(folder / f"{index}.png")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    expected = {}
    delimited(expected)
    table(expected)
    arrays(expected)
    images(expected)
    pictures()
    lines = ",\n".join(
        f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}"
        for key, value in expected.items())
    (FOLDER / "expected.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
