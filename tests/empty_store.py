"""An empty store, created once per process, because the migrations take longer than most tests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from db.upgrade import upgrade


def create_empty_store(path: Path) -> Path:
    """Create an empty store at `path`; return the path."""
    path.write_bytes(_empty_store_bytes())
    return path


@lru_cache(maxsize=1)
def _empty_store_bytes() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        upgrade(path)
        return path.read_bytes()
