"""Create or upgrade a store. Alembic is imported only when a migration is missing."""

from __future__ import annotations

from pathlib import Path

from db.engines import DriverErrorTranslator, create_backend


def upgrade(location: Path | str) -> str:
    """Create the store at a path or URL, or upgrade it to SCHEMA_VERSION, in one transaction; return its old version.

    The old version of a new store is "". Raises StoreUnreadable for a newer store or another file, StoreUnwritable,
    StoreBusy. A failed upgrade leaves the store unchanged.
    """
    backend = create_backend(location)
    with DriverErrorTranslator(backend):
        return backend.create_or_upgrade()
