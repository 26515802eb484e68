"""The tickets issued last at this reception, kept over a restart: `reception.json` in the folder of the office.

No table has the machine of a ticket. The file holds ids of tickets and the number of their reprints, nothing personal.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from clerk_app.json_file import read_json_object
from db.files import replace_file

ISSUED_FILE = "reception.json"
KEPT_TICKETS = 40


class IssuedTickets:
    """Ids of the tickets issued here, newest first, with the number of reprints; a damaged file counts as empty."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ISSUED_FILE
        stored = read_json_object(self._path)
        self._reprints = {name: count for name, count in stored.items() if isinstance(count, int)}

    @property
    def tickets(self) -> tuple[str, ...]:
        """The ids, newest first."""
        return tuple(reversed(self._reprints))

    def count_reprints(self, ticket: str) -> int:
        """Return how often the slip of a ticket was printed again here."""
        return self._reprints.get(ticket, 0)

    def add(self, ticket: str) -> None:
        """Keep a ticket that was issued now."""
        self._reprints[ticket] = 0
        self._save()

    def add_reprint(self, ticket: str) -> None:
        """Count a reprint; the ticket may have been issued elsewhere."""
        self._reprints[ticket] = self.count_reprints(ticket) + 1
        self._save()

    def _save(self) -> None:
        for name in list(self._reprints)[:-KEPT_TICKETS]:
            del self._reprints[name]
        with suppress(OSError):  # a folder that cannot be written: the list lasts until the program ends
            replace_file(self._path, json.dumps(self._reprints).encode())
