"""Registered relations by which somebody acts for a person or organisation."""

from __future__ import annotations

from collections.abc import Iterator

from db.engines import Transaction

SYMMETRIC = ("family",)
"""Relations in which each is the same to the other."""


def list_acting_relations(tx: Transaction, principal: str, today: str) -> Iterator[tuple[str, str]]:
    """Yield who acts for a person or organisation by a relation that is valid on a day (ISO): id, kind of relation."""
    as_subject = [(row["other"], row) for row in tx.select("relations", order=("id",), subject=principal)]
    both = tx.select("relations", order=("id",), other=principal)
    for agent, row in (*as_subject, *((row["subject"], row) for row in both if row["relation"] in SYMMETRIC)):
        if (row["valid_from"] or today) <= today <= (row["valid_to"] or today):
            yield agent, row["relation"]
