"""The calls that a board has announced: a file of its folder, so that a restart repeats none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from db.files import replace_file

SPOKEN_FILE = "announced-calls.json"
KEPT_IDS = 400  # more than a hall calls in the time in which a call is announced


class SpokenCalls:
    """The ids of the announced calls, the newest last."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SPOKEN_FILE
        self._ids = _read_ids(self._path)

    @property
    def is_new(self) -> bool:
        """Whether this machine has no readable file: it has announced nothing yet, or lost what it knew."""
        return self._ids is None

    def __contains__(self, call: str) -> bool:
        return call in (self._ids or {})

    def add(self, calls: Iterable[str]) -> None:
        """Record calls durably. Raises OSError."""
        ids = {**(self._ids or {}), **dict.fromkeys(calls)}
        self._ids = dict.fromkeys(list(ids)[-KEPT_IDS:])
        replace_file(self._path, json.dumps(list(self._ids)).encode())


def _read_ids(path: Path) -> dict[str, None] | None:
    try:
        ids = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return dict.fromkeys(map(str, ids)) if isinstance(ids, list) else None
