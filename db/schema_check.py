"""Comparison of a store's definitions with those that the migrations create.

A trigger or view in a file from outside would act in the store that is made from it, and rows alone do not show it.
"""

from __future__ import annotations

from pathlib import Path

from db.engines import read_schema

_PASSIVE_TYPES = {"table", "index"}


def list_active_objects(path: Path) -> list[str]:
    """Return what could act by itself in a closed SQLite file: triggers, views, virtual tables.

    No version of this program creates one, so a file with one is not opened for writing, not even by the migrations.
    """
    return [
        f"{kind} {name}"
        for (kind, name), sql in sorted(read_schema(path).items())
        if kind not in _PASSIVE_TYPES or sql.upper().startswith("CREATE VIRTUAL")
    ]


def list_schema_differences(path: Path, reference: Path) -> list[str]:
    """Return the objects of a closed store that are added, missing or defined otherwise than in `reference`.

    Both have the same schema version; `reference` was created by the migrations.
    """
    found, expected = read_schema(path), read_schema(reference)
    names = sorted(found.keys() | expected.keys())
    return [f"{kind} {name}" for kind, name in names if found.get((kind, name)) != expected.get((kind, name))]
