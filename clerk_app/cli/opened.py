"""An office for the time of one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.composition.office import Office, open_office


@contextmanager
def opened(folder: Path, *, look_only: bool = False) -> Iterator[Office]:
    """The office in `folder`, closed at the end. Raises BadData (none there), OutOfReach (its store cannot be used)."""
    office = open_office(folder, read_only=look_only)
    try:
        yield office
    finally:
        office.store.close()
