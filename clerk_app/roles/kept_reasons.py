"""Reasons that a person entered and did not record, kept over a restart: `reasons.json` in the folder of the office.

Like a draft they never leave the machine. They may name a citizen, so only the user of the program can read the file,
and they go when their task has ended, or after KEPT_DAYS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.composition.office import Office
from clerk_app.json_file import read_json_object
from clerk_app.views.shared import Option
from clerk_app.views.workstation import StoredReasons
from db.files import replace_file

REASONS_FILE = "reasons.json"
KEPT_DAYS = 30


class FileReasons:
    """Implements views.ReasonStore for one person; a file that is missing or damaged counts as empty."""

    def __init__(self, office: Office, person: str) -> None:
        self._office = office
        self._person = person

    @property
    def _path(self) -> Path:
        return self._office.folder / REASONS_FILE

    def read(self) -> Mapping[str, StoredReasons]:
        oldest = (self._office.utc - timedelta(days=KEPT_DAYS)).timestamp()
        stored = read_json_object(self._path).get(self._person)
        kept: dict[str, StoredReasons] = {}
        with self._office.store.read() as tx:
            for key, values in (stored if isinstance(stored, dict) else {}).items():
                task = tx.get("tasks", id=key.rpartition(" ")[2])
                with suppress(KeyError, TypeError, ValueError):
                    if values["at"] >= oldest and (task is None or task["state"] not in ENDED_TASK_STATES):
                        kept[key] = _decode(values)
        return kept

    def save(self, kept: Mapping[str, StoredReasons]) -> None:
        content = read_json_object(self._path)
        now = self._office.utc.timestamp()
        before = content.pop(self._person, None)
        old = before if isinstance(before, dict) else {}
        own: dict[str, object] = {}
        for key, reasons in kept.items():
            values = _encode(reasons)
            same = isinstance(old.get(key), dict) and {**old[key], **values} == old[key]
            own[key] = old[key] if same else {**values, "at": now}
        if own:
            content[self._person] = own
        with suppress(OSError):  # a folder that cannot be written: they last until the program ends
            if content or self._path.exists():
                replace_file(self._path, json.dumps(content, ensure_ascii=False).encode())


def _encode(kept: StoredReasons) -> dict[str, object]:
    return {
        "reasons": [[reason.id, reason.name] for reason in kept.reasons],
        "text": kept.text,
        "ticked": None if kept.ticked is None else list(kept.ticked),
    }


def _decode(values: dict[str, object]) -> StoredReasons:
    reasons, ticked = values["reasons"], values["ticked"]
    if not isinstance(reasons, list):
        raise TypeError
    return StoredReasons(
        reasons=tuple(Option(str(code), str(name)) for code, name in reasons),
        text=str(values["text"]),
        ticked=tuple(map(str, ticked)) if isinstance(ticked, list) else None,
    )
