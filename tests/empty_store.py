"""An empty store and an empty office; the store is created once per process: migrations take longer than most tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.composition.office import ATTACHMENTS_FOLDER, STORE_FILE, TRUST_FOLDER, Office, open_office
from db.upgrade import upgrade


def create_empty_store(path: Path) -> Path:
    """Create an empty store at `path`; return the path."""
    path.write_bytes(_empty_store_bytes())
    return path


def open_empty_office(folder: Path, settings_text: str, clock: Callable[[], int]) -> Office:
    """Open a new office like `create_office`, with a copy of the empty store."""
    for name in ("spool", TRUST_FOLDER, ATTACHMENTS_FOLDER):
        (folder / name).mkdir(parents=True)
    (folder / "office.toml").write_text(settings_text, encoding="utf-8")
    create_empty_store(folder / STORE_FILE)
    return open_office(folder, clock=clock)


@lru_cache(maxsize=1)
def _empty_store_bytes() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        upgrade(path)
        return path.read_bytes()
