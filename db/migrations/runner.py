"""Runs the migrations in one transaction, and commits it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool


def run_migrations(dialect: str, connect: Callable[[], Any], begin: Callable[[], bool]) -> None:
    """Every migration that is missing, in order; `dialect` is SQLAlchemy's URL without a place.

    `hold` begins the transaction and keeps others out; False when nothing is missing any more. It is called once
    SQLAlchemy is ready: getting ready, it rolls back whatever is open.
    """
    engine = create_engine(dialect, creator=connect, poolclass=StaticPool)
    scripts = ScriptDirectory(str(Path(__file__).parent))
    with engine.connect() as connection:
        if not begin():
            return
        context = MigrationContext.configure(
            connection,
            opts={
                "fn": lambda revision, _: scripts._upgrade_revs("head", revision),
                "transactional_ddl": False,  # ours is open around everything
            },
        )
        try:
            with Operations.context(context):
                context.run_migrations()
        except DBAPIError as error:  # as the driver said it: our engines know its errors
            raise (error.orig or error) from error
        connection.commit()
