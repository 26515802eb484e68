"""How far the tour has come: `tour.json` in the folder of its sample city."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from clerk_app.json_file import read_json_object

PROGRESS_FILE = "tour.json"


class FileProgress:
    """Implements `screens.tour.app.TourProgress` with a file."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS_FILE

    def read(self) -> str:
        """Return the id of the step where the tour was left; empty at the beginning and after the end."""
        step = read_json_object(self._path).get("step")
        return step if isinstance(step, str) else ""

    def save(self, step: str) -> None:
        """Store the id of the present step."""
        from db.files import replace_file  # not needed before the first screen

        with suppress(OSError):  # a folder that cannot be written: the tour begins again next time
            replace_file(self._path, json.dumps({"step": step}).encode())
