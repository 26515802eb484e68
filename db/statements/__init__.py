"""Named statements: `STATEMENTS["cases.next_task"]` is the one under `-- next_task` in `cases.sql`.

They run on the driver's own cursor. Places are written `:name`. A statement that an engine needs in other words has a
second name with the engine's behind it: `-- next_task.postgresql`.
"""

from __future__ import annotations

from importlib.resources import files


def _load_statements() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in files(__package__).iterdir():
        if not file.name.endswith(".sql"):
            continue
        for block in file.read_text("utf-8").split("\n-- ")[1:]:
            name, _, text = block.partition("\n")
            found[f"{file.name.removesuffix('.sql')}.{name.strip()}"] = text.strip().rstrip(";")
    return found


STATEMENTS = _load_statements()
