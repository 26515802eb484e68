"""The migrations create the tables that `db.tables` defines, and every named statement fits them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import String, text
from sqlmodel import AutoString

from db import statements
from db.engines import SCHEMA_VERSION, Store
from db.engines.sqlite import read_schema
from db.statements import STATEMENTS
from db.tables import METADATA
from db.upgrade import upgrade
from tests.conftest import StoreFactory


def _compare_types(_context: Any, _column: Any, _metadata_column: Any, stored: Any, defined: Any) -> bool | None:
    """Return False, for equal, for two text types; None leaves the comparison to Alembic."""
    return False if isinstance(stored, String) and isinstance(defined, AutoString) else None


def test_the_migrations_create_exactly_the_tables_in_code(make_store: StoreFactory) -> None:
    store = Store(make_store())
    engine = store.backend.create_sqlalchemy_engine()
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _compare_types, "compare_server_default": True}
        )
        assert compare_metadata(context, METADATA) == []
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA_VERSION
    engine.dispose()
    store.close()


def test_the_second_new_store_of_a_program_has_the_schema_of_the_first(tmp_path: Path) -> None:
    paths = [tmp_path / "first.db", tmp_path / "second.db"]
    assert [upgrade(path) for path in paths] == ["", ""]
    assert read_schema(paths[0]) == read_schema(paths[1])


def test_an_upgrade_of_no_store_returns_no_version(tmp_path: Path) -> None:
    assert upgrade(tmp_path / "store.db") == ""


def test_an_upgrade_of_a_current_store_changes_nothing(tmp_path: Path) -> None:
    upgrade(tmp_path / "store.db")
    before = (tmp_path / "store.db").read_bytes()
    assert upgrade(tmp_path / "store.db") == SCHEMA_VERSION
    assert (tmp_path / "store.db").read_bytes() == before


def test_every_named_statement_fits_the_tables(make_store: StoreFactory, engine: str) -> None:
    store = Store(make_store())
    with store.session() as session:
        for name, sql in STATEMENTS.items():
            if name.endswith(".postgresql") if engine == "sqlite" else f"{name}.postgresql" in STATEMENTS:
                continue
            planned = text(f"EXPLAIN {sql}")
            session.connection().execute(planned, dict.fromkeys(planned.compile().params))
    store.close()


def test_every_named_statement_has_a_comment_that_describes_it() -> None:
    folder = Path(statements.__file__).parent
    for file in folder.glob("*.sql"):
        lines = file.read_text("utf-8").splitlines()
        for line, comment in pairwise(lines):
            if re.fullmatch(r"-- [a-z_]+(\.[a-z]+)?", line):
                assert re.fullmatch(r"-- [A-Z].*\.", comment), f"{file.name}: {line}"


def test_times_are_big_and_nothing_is_zoned_or_enumerated() -> None:
    kinds = {column.type.__class__.__name__ for table in METADATA.sorted_tables for column in table.columns}
    assert kinds <= {"AutoString", "Text", "String", "Integer", "BigInteger", "Boolean", "LargeBinary"}
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if column.name.endswith(("_at", "_until")):
                assert column.type.__class__.__name__ == "BigInteger", f"{table.name}.{column.name}"
