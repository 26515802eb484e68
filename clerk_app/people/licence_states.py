"""Rows by which a register has changed the state of a licence that the city itself has issued."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clerk_app.ledger.commands import MessagePart
from clerk_app.ledger.erasures import PartReference
from db.engines import Transaction

_NEWEST_PARTS = 1_000  # of one person


class StateRow(MessagePart, frozen=True, kw_only=True):
    """One row: its place in the log, who recorded it, the source, and the new state (empty: it was the same)."""

    place: PartReference
    actor: str
    source: str
    state: str


class _Import(MessagePart, frozen=True, kw_only=True):
    source: str = ""


class _Rows(MessagePart, frozen=True, kw_only=True):
    subjects: tuple[str, ...] = ()
    states: dict[str, str] = {}


def list_state_rows(tx: Transaction, licence: str, holder: str) -> Iterator[StateRow]:
    """Yield the rows on the state of a licence, newest first; those of the newest 1,000 rows about its holder."""
    for found in tx.query_all("registry_records.newest_parts_of_subject", subject=holder, many=_NEWEST_PARTS):
        key = {name: found[name] for name in ("node", "incarnation", "number")}
        entry = tx.query_one("ledger.entry_by_key", **key)
        if entry is None:
            continue
        rows, part = msgspec.json.decode(entry["decision"], type=_Rows), found["part"]
        if str(part) in rows.states and rows.subjects[part] == licence:
            yield StateRow(
                place=PartReference(**key, parts=(part,)),
                actor=str(entry["actor"]),
                source=msgspec.json.decode(entry["command"], type=_Import).source,
                state=rows.states[str(part)],
            )
