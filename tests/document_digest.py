"""The digest of a document's rows, to compare the copies of two stores."""

from __future__ import annotations

from hashlib import sha256

from clerk_app.ledger.replication.documents import Rows, encode_rows


def rows_digest(rows: Rows | None) -> bytes:
    """Return the SHA-256 of a document's rows; b"" for None.

    Tables and columns are sorted by name, and empty tables are left out.
    """
    if rows is None:
        return b""
    ordered = {table: rows[table] for table in sorted(rows) if rows[table]}
    return sha256(
        encode_rows({table: [dict(sorted(row.items())) for row in table_rows] for table, table_rows in ordered.items()})
    ).digest()
