"""Making and upgrading a store. Alembic is imported only in `running`, and only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from db.engines import DriverErrorTranslator, create_backend


def upgrade(location: Path | str) -> str:
    """Makes the store at a path or URL, or brings an older one to SCHEMA, in one transaction; its version before.

    Raises StoreUnreadable for a newer store or a file that is none, StoreUnwritable, StoreBusy. A failed upgrade
    leaves the old store as it was.
    """
    backend = create_backend(location)
    with DriverErrorTranslator(backend):
        return backend.create_or_upgrade()
