"""Removes the hashes of PINs from windows: they stay at the center."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Empty the column at a window, also in the kept versions of its documents; a center keeps its hashes."""
    connection = op.get_bind()
    center_lines = sa.table("center_lines", sa.column("center"))
    if connection.execute(sa.select(center_lines.c.center)).first() is None:
        return
    staff = sa.table("staff", sa.column("pin_hash"))
    connection.execute(sa.update(staff).values(pin_hash=""))
    bases = sa.table("bases", sa.column("document"), sa.column("content", sa.LargeBinary()))
    kept = sa.select(bases.c.document, bases.c.content).where(bases.c.document.like("staff/%"))
    for document, content in connection.execute(kept).all():
        if content is None:
            continue
        rows = json.loads(content)
        for row in rows.get("staff", []):
            row["pin_hash"] = ""
        changed = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()
        connection.execute(sa.update(bases).where(bases.c.document == document).values(content=changed))
