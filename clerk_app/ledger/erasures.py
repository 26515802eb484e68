"""References to entries whose personal data is erased, and the erasure itself.

Erasing deletes personal data and its salt. The link of an entry covers only their digest, so the chain still verifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerk_app.ledger.commands import MessagePart
from clerk_app.ledger.personal_parts import erase_parts
from db.engines import Transaction


class EntryReference(MessagePart, frozen=True, kw_only=True):
    """Key of an entry in the ledger."""

    node: str
    incarnation: int
    number: int


class PartReference(MessagePart, frozen=True, kw_only=True):
    """Key of an entry in the ledger, and the indexes of some of its personal parts."""

    node: str
    incarnation: int
    number: int
    parts: tuple[int, ...]


def list_personal_entries(tx: Transaction, streams: Iterable[str]) -> Iterator[EntryReference]:
    """Yield the entries of these streams that have a personal part."""
    for stream in streams:
        for row in tx.query_all("ledger.entries_of_stream", stream=stream):
            if row["personal"] is not None:
                yield EntryReference(node=row["node"], incarnation=row["incarnation"], number=row["number"])


def erase_personal_part(tx: Transaction, reference: EntryReference) -> None:
    """Delete the personal part of an entry and its salt."""
    tx.execute("ledger.erase_personal", node=reference.node, incarnation=reference.incarnation, number=reference.number)


def erase_some_parts(tx: Transaction, reference: PartReference) -> None:
    """Delete some of the personal parts of an entry, each with its salt; the other parts stay."""
    key = {"node": reference.node, "incarnation": reference.incarnation, "number": reference.number}
    row = tx.query_one("ledger.entry_by_key", **key)
    if row is not None and row["personal"] is not None:
        tx.update("ledger_entries", key, personal=erase_parts(row["personal"], frozenset(reference.parts)))
