"""Runs the missing migrations in one transaction and commits it."""

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
    """Run every missing migration in order; `dialect` is an SQLAlchemy URL without a location.

    `begin` begins the transaction and locks the store; it returns False when no migration is missing any more.
    `begin` is called after SQLAlchemy has connected, because connecting rolls back an open transaction.
    """
    engine = create_engine(dialect, creator=connect, poolclass=StaticPool)
    scripts = ScriptDirectory(str(Path(__file__).parent))
    with engine.connect() as connection:
        if not begin():
            return
        connection.begin()  # before `configure`: otherwise Alembic commits after each migration
        context = MigrationContext.configure(
            connection, opts={"fn": lambda revision, _: scripts._upgrade_revs("head", revision)}
        )
        try:
            with Operations.context(context):
                context.run_migrations()
        except DBAPIError as error:  # the backend translates the driver's error
            raise (error.orig or error) from error
        connection.commit()
