"""The blocks of a page of the manual, run in a folder: what scripts/test-manual.sh leaves out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import support

PAGES = support.ROOT / "Sources/cohort/cohort.docc"
BLOCK = re.compile(
    r"(?:^[ ]*<!-- test: (?P<rule>[^\n]*) -->\n)?^[ ]*```(?P<kind>\w+)\n(?P<text>.*?)^[ ]*```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Block:
    rule: str
    kind: str
    text: str


def blocks(page: str) -> list[Block]:
    text = (PAGES / page).read_text()
    return [Block(m["rule"] or "", m["kind"], m["text"]) for m in BLOCK.finditer(text)]


def run(page: str, place: Path, runner: str) -> str:
    """Writes the files of a page, and runs what `runner` is to run; returns the output."""
    shutil.copy(support.DIGITS, place / "digits.csv.gz")
    (place / "deploy").symlink_to(support.ROOT / "deploy")
    path = [str(Path(sys.executable).parent), str(support.PROGRAM.parent), os.environ["PATH"]]
    output, count = "", 0
    for block in blocks(page):
        if block.rule.startswith("file "):
            (place / block.rule.removeprefix("file ")).write_text(block.text)
        elif block.kind == "sh" and block.rule == f"skip because {runner} runs it":
            count += 1
            done = subprocess.run(
                ["bash", "-e", "-c", block.text],
                cwd=place,
                env={**os.environ, "PATH": ":".join(path)},
                capture_output=True,
                text=True,
                timeout=support.LIMIT,
                check=False,
            )
            assert done.returncode == 0, block.text + done.stdout + done.stderr
            output += done.stdout + done.stderr
    assert count > 0
    return output
