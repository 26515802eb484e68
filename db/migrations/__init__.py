"""Making and upgrading a store. Alembic is imported only here, and only when there is something to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from db.engines import BUSY_SECONDS, SCHEMA, version_of
from db.errors import said_plainly


def upgrade(path: Path) -> str:
    """Makes the store at `path`, or brings an older one to SCHEMA, in one transaction; the version it had before.

    Raises StoreUnreadable for a newer store or a file that is none, StoreUnwritable, StoreBusy. A failed upgrade leaves
    the old store as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            version_of(connection, path)  # a file that is not ours is left exactly as it is
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")  # of several programs starting at once, one makes the store
            before = version_of(connection, path)
            if before < SCHEMA:
                _run_migrations(connection)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise said_plainly(error, str(path)) from error
    return before


def _run_migrations(driver: sqlite3.Connection) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
    scripts = ScriptDirectory(str(Path(__file__).parent))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "fn": lambda revision, _: scripts._upgrade_revs("head", revision),
                "transactional_ddl": False,  # ours is already open around everything
            },
        )
        with Operations.context(context):
            context.run_migrations()
        connection.commit()  # commits the driver's transaction, ours
