"""Reads small JSON files in the folder of an office, with the standard library only."""

from __future__ import annotations

import json
from pathlib import Path


def read_json_object(path: Path) -> dict[str, object]:
    """Return the JSON object in a file; an empty one if the file is missing, unreadable, or holds something else."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
