"""The commands and programs of the manual's pages about this package."""

from __future__ import annotations

from pathlib import Path

from . import pages


def test_the_how_to_page_works_as_it_is_written(tmp_path: Path) -> None:
    output = pages.run("OtherFrameworks.md", tmp_path, "scripts/test-python.sh")
    assert "test_accuracy" in output
