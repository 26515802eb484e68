"""Runs the migrations on a connection whose transaction is open already, and commits it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool


def run_migrations(dialect: str, connect: Callable[[], Any]) -> None:
    """Every migration that is missing, in order; `dialect` is SQLAlchemy's URL without a place."""
    engine = create_engine(dialect, creator=connect, poolclass=StaticPool)
    scripts = ScriptDirectory(str(Path(__file__).parent))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "fn": lambda revision, _: scripts._upgrade_revs("head", revision),
                "transactional_ddl": False,  # ours is open around everything
            },
        )
        with Operations.context(context):
            context.run_migrations()
        connection.commit()
