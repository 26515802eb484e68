"""Scans and pictures: a node gets and brings only what a document in its sight refers to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clerk_app.center.authority import Authority
from clerk_app.errors import Refused
from clerk_app.ledger.documents import Reader, Rows
from db.engines import Row, Transaction

MOST = 32 * 1024 * 1024  # bytes of one scan
SLOWEST = 300.0  # seconds until it must be here
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ANY = "application/octet-stream"


@dataclass(frozen=True)
class InSight:
    """Content that a node may have."""

    digest: str
    media_type: str


def in_sight(authority: Authority, node: Row, digest: str) -> InSight:
    """The content behind a digest. Raises Refused ("no_content"): none is there, or none that the node may see."""
    reader = Reader.of(node)
    if _DIGEST.fullmatch(digest):
        with authority.store.read() as look:
            for name in _mentioning(look, reader, digest):
                if _mentions(authority.kinds.seen(look, name, reader), digest):
                    row = look.row("contents", digest=digest)
                    return InSight(digest, row["media_type"] if row else _ANY)
    raise Refused("no_content", "There is no such picture that this window may see.")


def _mentioning(look: Transaction, reader: Reader, digest: str) -> list[str]:
    visits = look.all("center.visits_with_content", window=reader.window, digest=digest)
    cases = look.all("center.cases_with_content", digest=digest)
    return [*(f"visit/{row['id']}" for row in visits), *(f"case/{row['case_number']}" for row in cases)]


def _mentions(rows: Rows | None, digest: str) -> bool:
    return rows is not None and any(
        row["content"] == digest for table in ("materials", "licences") for row in rows.get(table, ())
    )
