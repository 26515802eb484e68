"""Compiles queries of SQLModel classes to SQL that a transaction executes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sqlalchemy.sql import ClauseElement
    from sqlalchemy.sql.compiler import SQLCompiler


def compile_query(query: ClauseElement) -> tuple[str, tuple[Any, ...]]:
    """Return the SQL of a select of columns with `?` placeholders, and the values in their order."""
    from sqlalchemy.engine.default import DefaultDialect  # imported on first use, which slows the start of a window

    dialect = DefaultDialect(paramstyle="qmark")
    compiled = cast("SQLCompiler", query.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    names = compiled.positiontup or ()
    params = compiled.params  # computed at each access
    return str(compiled), tuple(params[name] for name in names)
