#!/usr/bin/python3
"""Renders letters and digits of Debian's fonts-aenigma as a set of images with 36 classes.

    scripts/glyphs.py FOLDER [--fonts FOLDER] [--size 28]

Writes train-images.idx.gz, train-labels.idx.gz, test-images.idx.gz and test-labels.idx.gz, the
files of MNIST's format that `data: {set: idx, …}` reads, and fonts.txt, which names the font of
each 36 images. Class 0 is A, class 25 Z, class 26 the digit 0. Every sixth font, in the order of
their names, is in the test set, so that no font is in both.

A glyph is scaled to fill a square of 6/7 of the image, and lies in its middle. A font that lacks a
glyph, or draws many of them alike, is left out: 461 of the package's 465 fonts remain, and so
16,596 images; other versions of FreeType draw slightly other pixels. Needs Pillow for Debian's
Python: apt install fonts-aenigma python3-pil. The exit code is 64 where an argument is wrong, and
66 without fonts or Pillow.
"""

import argparse
import gzip
import pathlib
import struct
import sys

CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FONTS = pathlib.Path("/usr/share/fonts/truetype/aenigma")
# Points at which glyphs are drawn before they are scaled down.
DRAWN = 96
# Of so many fonts in a row, the last is in the test set.
FONTS_OF_A_TEST_FONT = 6


def fail(why: str, code: int) -> None:
    print(f"glyphs: {why}", file=sys.stderr)
    raise SystemExit(code)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="glyphs.py", usage="glyphs.py FOLDER [--fonts FOLDER]")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--fonts", type=pathlib.Path, default=FONTS)
    parser.add_argument("--size", type=int, default=28)
    parser.error = lambda message: fail(message, 64)
    given = parser.parse_args()
    if not 8 <= given.size <= 256:
        fail("--size lies in 8...256", 64)
    return given


def drawn(font, character: str):
    """The ink of a character without a margin; None where there is none."""
    left, top, right, bottom = font.getbbox(character)
    if right <= left or bottom <= top:
        return None
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), character, fill=255, font=font)
    box = image.getbbox()
    return image.crop(box) if box else None


def framed(ink, size: int) -> bytes:
    """An image of size × size pixels with the ink in its middle."""
    inner = size * 6 // 7
    scale = inner / max(ink.size)
    width, height = (max(1, round(extent * scale)) for extent in ink.size)
    image = Image.new("L", (size, size))
    image.paste(
        ink.resize((width, height), Image.Resampling.LANCZOS),
        ((size - width) // 2, (size - height) // 2),
    )
    return image.tobytes()


def glyphs(path: pathlib.Path, size: int):
    """The images of all characters in a font; None where it cannot draw each of them."""
    try:
        font = ImageFont.truetype(str(path), DRAWN)
        inks = [drawn(font, character) for character in CHARACTERS]
    except OSError:
        return None
    if None in inks:
        return None
    images = [framed(ink, size) for ink in inks]
    # O and 0, or I and 1, may be alike. What a font lacks, it draws as one sign for all.
    return images if max(images.count(image) for image in images) <= 2 else None


def write(path: pathlib.Path, extents: tuple, content: bytes) -> None:
    header = struct.pack(f">BBBB{len(extents)}I", 0, 0, 8, len(extents), *extents)
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(header + content)


def main(given: argparse.Namespace) -> None:
    files = sorted(given.fonts.glob("*.ttf"))
    if not files:
        fail(f"there are no fonts in {given.fonts}: apt install fonts-aenigma", 66)
    given.folder.mkdir(parents=True, exist_ok=True)
    names, parts = [], {"train": [], "test": []}
    for path in files:
        images = glyphs(path, given.size)
        if images is None:
            print(f"glyphs: {path.name} is left out", file=sys.stderr)
            continue
        is_test = len(names) % FONTS_OF_A_TEST_FONT == FONTS_OF_A_TEST_FONT - 1
        part = "test" if is_test else "train"
        parts[part] += images
        names.append(f"{part} {path.stem}\n")
    for part, images in parts.items():
        labels = bytes(i % len(CHARACTERS) for i in range(len(images)))
        extents = (len(images), given.size, given.size)
        write(given.folder / f"{part}-images.idx.gz", extents, b"".join(images))
        write(given.folder / f"{part}-labels.idx.gz", extents[:1], labels)
    (given.folder / "fonts.txt").write_text("".join(names))
    print(
        f"{len(parts['train'])} images to train on and {len(parts['test'])} to test on,"
        f" of {len(names)} fonts"
    )


if __name__ == "__main__":
    ARGUMENTS = arguments()
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        fail("this needs Pillow: apt install python3-pil", 66)
    main(ARGUMENTS)
