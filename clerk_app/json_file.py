"""Reads small JSON files in the folder of an office, with the standard library only."""

from __future__ import annotations

from pathlib import Path


def read_json_object(path: Path) -> dict[str, object]:
    """Return the JSON object in a file; an empty one if the file is missing, unreadable, or holds something else."""
    try:
        written = path.read_bytes()
    except OSError:
        return {}
    import json  # takes 2 ms, and the first screen is mostly painted without such a file

    try:
        content = json.loads(written)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
