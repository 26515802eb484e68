"""What can be proved from the log: that nothing in it was altered, and that the tables are what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from clerk_app.ledger.chain_tips import CALLS_SUFFIX, assign_feed_positions
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import GENESIS_LINK, compute_link, entry_from_row
from db.engines import Row, Store, Transaction
from db.migrations import upgrade
from db.store_copy import primary_keys, read_pages

_PAGE_SIZE = 1_000
_FEED_TABLES = {"feed", "scopes"}  # where readers stand: told anew when a store becomes a center, and after an upgrade


@dataclass(frozen=True)
class ChainBreak:
    """The first place of a chain or stream that does not hold."""

    node: str
    number: int
    problem: str  # altered, altered before, missing, reordered, personal part altered, stream broken


def verify_log(store: Store) -> tuple[int, list[ChainBreak]]:
    """How many entries were read, and every place where a chain, a stream or a personal part does not hold."""
    breaks: list[ChainBreak] = []
    position = 0
    chain: dict[tuple[str, int], tuple[int, bytes]] = {}  # node, incarnation -> number, link
    newest: dict[str, int] = {}  # node -> incarnation: two programs that speak as one node go on in two of them
    revisions: dict[str, int] = {}
    count = 0
    for row in read_entries(store):
        count += 1
        voice = (row["node"], row["incarnation"])
        number, link = chain.get(voice) or (
            0,
            chain.get((row["node"], newest.get(row["node"], 0)), (0, GENESIS_LINK))[1],
        )
        expected = number + 1 if not row["node"].endswith(CALLS_SUFFIX) else max(number + 1, row["number"])
        if row["number"] != expected:
            breaks.append(
                ChainBreak(row["node"], row["number"], "missing" if row["number"] > number + 1 else "reordered")
            )
        elif row["previous"] != link:
            breaks.append(ChainBreak(row["node"], row["number"], "altered before"))
        elif row["position"] != position + 1:  # a node's last entries leave no gap in its own numbers
            breaks.append(ChainBreak(row["node"], row["number"], "missing"))
        position = row["position"]
        if compute_link(row) != row["link"]:
            breaks.append(ChainBreak(row["node"], row["number"], "altered"))
        if not _is_personal_part_intact(row):
            breaks.append(ChainBreak(row["node"], row["number"], "personal part altered"))
        if row["revision"] != revisions.get(row["stream"], 0) + 1:
            breaks.append(ChainBreak(row["node"], row["number"], "stream broken"))
        chain[voice] = (row["number"], row["link"])
        newest[row["node"]] = max(row["incarnation"], newest.get(row["node"], 0))
        revisions[row["stream"]] = row["revision"]
    return count, breaks


def _is_personal_part_intact(row: Row) -> bool:
    """Whether the personal part is as it was, or erased whole with its salt."""
    if row["personal"] is None:
        return row["salt"] is None
    return bool(sha256((row["salt"] or b"") + row["personal"]).digest() == row["personal_digest"])


def rebuild_store(store: Store, rules: Rules, target: Path | str) -> Store:
    """A new store at `target` (a file or an empty database), made from the entries alone by `apply`."""
    upgrade(target)
    copy = Store(target)
    with copy.write() as tx:
        for row in read_entries(store):
            replay_entry(tx, rules, row)
    return copy


def replay_entry(tx: Transaction, rules: Rules, row: Row) -> None:
    """Writes an entry as it was decided elsewhere, and what follows from it."""
    tx.insert("ledger_entries", **row)
    if row["outcome"] == "done":
        rule = rules[row["kind"]]
        rule.apply(tx, entry_from_row(rule, row))
        assign_feed_positions(tx)


def list_different_tables(left_store: Store, right_store: Store) -> list[str]:
    """The tables whose rows are not equal in both stores; positions in the feed are no part of what was decided."""
    unequal: list[str] = []
    with left_store.read() as left, right_store.read() as right:
        for table, key in primary_keys().items():
            if table in _FEED_TABLES:
                continue
            both: Iterator[tuple[list[Row], list[Row]]] = zip_longest(
                read_pages(left, table, key), read_pages(right, table, key), fillvalue=[]
            )
            if any(_row_values(here) != _row_values(there) for here, there in both):
                unequal.append(table)
    return unequal


def read_entries(store: Store, position: int = 0) -> Iterator[Any]:
    """Every entry behind a position, in the order it was decided, a page at a time."""
    while True:
        with store.read() as look:
            page = look.query_all("ledger.entries_after", position=position, many=_PAGE_SIZE)
        if not page:
            return
        yield from page
        position = page[-1]["position"]


def _row_values(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows]
