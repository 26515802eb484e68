"""What can be proved from the log: that nothing in it was altered, and that the tables are what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import ORIGIN, entry_of, link_of
from clerk_app.ledger.heads import ASKS, take_positions
from db.copying import pages, tables
from db.engines import Row, Store, Transaction
from db.migrations import upgrade

_PAGE = 1_000
_POSITIONS = {"feed", "scopes"}  # where readers stand: told anew when a store becomes a center, and after an upgrade


@dataclass(frozen=True)
class Break:
    """The first place of a chain or stream that does not hold."""

    node: str
    number: int
    what: str  # altered, altered before, missing, reordered, personal part altered, stream broken


def verify(store: Store) -> tuple[int, list[Break]]:
    """How many entries were read, and every place where a chain, a stream or a personal part does not hold."""
    breaks: list[Break] = []
    position = 0
    chain: dict[tuple[str, int], tuple[int, bytes]] = {}  # node, incarnation -> number, link
    newest: dict[str, int] = {}  # node -> incarnation: two programs that speak as one node go on in two of them
    revisions: dict[str, int] = {}
    count = 0
    for row in entries(store):
        count += 1
        voice = (row["node"], row["incarnation"])
        number, link = chain.get(voice) or (0, chain.get((row["node"], newest.get(row["node"], 0)), (0, ORIGIN))[1])
        expected = number + 1 if not row["node"].endswith(ASKS) else max(number + 1, row["number"])
        if row["number"] != expected:
            breaks.append(Break(row["node"], row["number"], "missing" if row["number"] > number + 1 else "reordered"))
        elif row["previous"] != link:
            breaks.append(Break(row["node"], row["number"], "altered before"))
        elif row["position"] != position + 1:  # a node's last entries leave no gap in its own numbers
            breaks.append(Break(row["node"], row["number"], "missing"))
        position = row["position"]
        if link_of(row) != row["link"]:
            breaks.append(Break(row["node"], row["number"], "altered"))
        if not _personal_holds(row):
            breaks.append(Break(row["node"], row["number"], "personal part altered"))
        if row["revision"] != revisions.get(row["stream"], 0) + 1:
            breaks.append(Break(row["node"], row["number"], "stream broken"))
        chain[voice] = (row["number"], row["link"])
        newest[row["node"]] = max(row["incarnation"], newest.get(row["node"], 0))
        revisions[row["stream"]] = row["revision"]
    return count, breaks


def _personal_holds(row: Row) -> bool:
    """Whether the personal part is as it was, or erased whole with its salt."""
    if row["personal"] is None:
        return row["salt"] is None
    return bool(sha256((row["salt"] or b"") + row["personal"]).digest() == row["personal_digest"])


def rebuild(store: Store, rules: Rules, target: Path | str) -> Store:
    """A new store at `target` (a file or an empty database), made from the entries alone by `apply`."""
    upgrade(target)
    copy = Store(target)
    with copy.write() as tx:
        for row in entries(store):
            replay(tx, rules, row)
    return copy


def replay(tx: Transaction, rules: Rules, row: Row) -> None:
    """Writes an entry as it was decided elsewhere, and what follows from it."""
    tx.insert("ledger_entries", **row)
    if row["outcome"] == "done":
        rule = rules[row["kind"]]
        rule.apply(tx, entry_of(rule, row))
        take_positions(tx)


def differences(one: Store, other: Store) -> list[str]:
    """The tables whose rows are not equal in both stores; positions in the feed are no part of what was decided."""
    unequal: list[str] = []
    with one.read() as left, other.read() as right:
        for table, key in tables().items():
            if table in _POSITIONS:
                continue
            both: Iterator[tuple[list[Row], list[Row]]] = zip_longest(
                pages(left, table, key), pages(right, table, key), fillvalue=[]
            )
            if any(_plain(here) != _plain(there) for here, there in both):
                unequal.append(table)
    return unequal


def entries(store: Store, position: int = 0) -> Iterator[Any]:
    """Every entry behind a position, in the order it was decided, a page at a time."""
    while True:
        with store.read() as look:
            page = look.all("ledger.entries_from", position=position, many=_PAGE)
        if not page:
            return
        yield from page
        position = page[-1]["position"]


def _plain(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows]
