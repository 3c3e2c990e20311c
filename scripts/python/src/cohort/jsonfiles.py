"""Files of JSON that the program leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .errors import CorruptData, MissingFile


def read_json(file: Path, missing: str) -> dict[str, Any]:
    """Reads an object of JSON; `missing` is the message where the file is not there."""
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingFile(missing) from error
    except ValueError as error:
        raise CorruptData(f"{file} is no JSON: {error}") from error
    if not isinstance(fields, dict):
        raise CorruptData(f"{file} holds no object of JSON")
    return fields
