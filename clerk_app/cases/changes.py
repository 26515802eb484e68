"""Marks a case as changed in the change feeds of its readers."""

from __future__ import annotations

from db.engines import Transaction


def mark_case_changed(tx: Transaction, number: str) -> None:
    """Mark the case as changed for its site and for every organ with work in it.

    An organ whose tasks all wait for other matters is left out, because nothing that it may see has changed.
    """
    for row in tx.query_all("cases.reader_organs", number=number):
        if row["organ"]:
            tx.mark_changed(f"organ/{row['organ']}", f"case/{number}")
