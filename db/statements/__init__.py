"""Named SQL statements: `STATEMENTS["cases.most_urgent"]` is the statement under `-- most_urgent` in `cases.sql`.

The comment after the name describes the statement. Placeholders are written `:name`. If an engine needs different SQL,
a second statement follows with the engine's name as suffix: `-- most_urgent.postgresql`.
"""

from __future__ import annotations

import re
from importlib.resources import files

_HEADING = re.compile(r"^-- ([a-z_]+(?:\.[a-z]+)?)\n((?:-- .*\n)*)", re.MULTILINE)


def _load_statements() -> dict[str, str]:
    statements: dict[str, str] = {}
    for file in files(__package__).iterdir():
        if not file.name.endswith(".sql"):
            continue
        room = file.name.removesuffix(".sql")
        _introduction, *parts = _HEADING.split(file.read_text("utf-8"))
        for name, _comment, sql in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            statements[f"{room}.{name}"] = sql.strip().rstrip(";")
    return statements


STATEMENTS = _load_statements()
