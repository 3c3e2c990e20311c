"""Draws what a command shows on a terminal as an SVG picture.

    terminal.py PICTURE COLUMNS COMMAND...
"""

import os
import pty
import re
import select
import struct
import subprocess
import sys
from fcntl import ioctl
from html import escape
from termios import TIOCSWINSZ

LINES = 24
# A letter of the font, and the room around the text.
WIDTH, HEIGHT, MARGIN = 8.4, 18, 14
SILENT_SECONDS = 60
COLOURS = {31: "#ff8a80", 32: "#5cd39a", 33: "#e6c25a", 34: "#7cabff", 35: "#d59bf2",
           36: "#5fd0e2", 90: "#9aa7b8", 91: "#ff8a80", 92: "#5cd39a", 93: "#e6c25a",
           94: "#7cabff", 95: "#d59bf2", 96: "#5fd0e2"}


def shown(command, columns):
    """What a command writes to a terminal of so many columns, with its escape sequences."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color"})
    os.close(theirs)
    text = b""
    while True:
        if not select.select([ours], [], [], SILENT_SECONDS)[0]:
            process.kill()
            raise RuntimeError(f"{command[0]} is silent for {SILENT_SECONDS} s")
        try:
            chunk = os.read(ours, 1 << 16)
        except OSError:  # So Linux says that the other side is closed.
            chunk = b""
        if not chunk:
            break
        text += chunk
    if process.wait() != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return text.decode().replace("\r", "")


def screen(text):
    """The lines that stand on the terminal in the end: a line that is written again, whole as the
    display writes it, is in the place of what stood there."""
    lines, row = [""], 0
    for part in re.split(r"(\n|\x1b\[\d*[AJ])", text):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif part.endswith("A") and part.startswith("\x1b"):
            row = max(0, row - int(part[2:-1] or 1))
        elif part.endswith("J") and part.startswith("\x1b"):
            lines[row:] = [""]
        elif part:
            lines[row] = part
    return lines


def pieces(line):
    """The parts of a line with the codes of their look, and without other escape sequences."""
    codes = set()
    for part in re.split(r"(\x1b\[[0-9;?]*[A-Za-z])", line):
        if not part.startswith("\x1b"):
            if part:
                yield part, set(codes)
        elif part.endswith("m"):
            for code in map(int, part[2:-1].split(";") if part[2:-1] else ["0"]):
                if code in (0, 22, 39):
                    codes = set()
                else:
                    codes.add(code)


def drawing(lines, columns):
    """The picture of some lines."""
    width = columns * WIDTH + 2 * MARGIN
    height = len(lines) * HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" font-family="ui-monospace, \'DejaVu Sans Mono\', '
        'Menlo, Consolas, monospace" font-size="14" fill="#e7ecf3">',
        '<rect width="100%" height="100%" rx="8" fill="#0e131b"/>']
    for row, line in enumerate(lines):
        column = 0
        for part, codes in pieces(line):
            look = "".join(f' fill="{COLOURS[c]}"' for c in codes if c in COLOURS)
            look += ' font-weight="bold"' * (1 in codes) + ' opacity="0.65"' * (2 in codes)
            if part.strip():
                blank = len(part) - len(part.lstrip())
                parts.append(
                    f'<text x="{MARGIN + (column + blank) * WIDTH:.1f}" '
                    f'y="{MARGIN + (row + 0.75) * HEIGHT:.1f}" xml:space="preserve" '
                    f'textLength="{len(part.strip()) * WIDTH:.1f}"{look}>{escape(part.strip())}'
                    "</text>")
            column += len(part)
    return "\n".join(parts + ["</svg>", ""])


def main():
    picture, columns = sys.argv[1], int(sys.argv[2])
    # Nothing of this host's folders.
    text = shown(sys.argv[3:], columns).replace(os.getcwd() + "/", "")
    lines = [line for line in screen(text) if line]
    with open(picture, "w") as file:
        file.write(drawing(lines, columns))


main()
