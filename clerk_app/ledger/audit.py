"""Verification of the log and of the tables: check of every hash chain, rebuild from the log, comparison."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, assign_feed_positions, node_of_chain
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import (
    GENESIS_LINK,
    RECEIVED_ERASED,
    UNSTORED_IF_REFUSED,
    UNSTORED_PERSONAL,
    Refusal,
    compute_link,
    entry_from_row,
    refused_entry_from_row,
)
from clerk_app.ledger.personal_parts import PARTED_COMMANDS, digest_personal, list_erased_parts
from db.engines import Row, Store, Transaction
from db.errors import StoreError
from db.store_copy import primary_keys, read_pages
from db.upgrade import upgrade

_PAGE_SIZE = 1_000
_UNLOGGED_TABLES = {
    "feed",
    "scopes",
    "log_tiles",
    "checkpoints",
    "center_claims",
    "node_contacts",
    "kept_entries",
    "staff_sessions",
    "catalogue_entries",
    "catalogue_names",
    "catalogue_grams",
    "catalogue_indexes",
}
"""Not derived from entries alone: the feed is written again when a store becomes a center or is upgraded, and the
rows of a catalogue when a program with another form of them opens the store."""


@dataclass(frozen=True)
class ChainBreak:
    """An entry at which the hash chain, the stream or the personal part fails verification."""

    node: str
    number: int
    problem: str  # a key of the sentences in `clerk_app/cli/audit_verify.py`
    position: int = field(default=0, compare=False)  # in the log of this store; 0 if the problem is not at one entry


def verify_log(store: Store) -> tuple[int, list[ChainBreak]]:
    """Check the hash chains, numbers, revisions and personal parts; return the number of entries, and the breaks."""
    breaks: list[ChainBreak] = []
    position = 0
    tips: dict[tuple[str, int], tuple[int, bytes]] = {}  # node, incarnation -> number, link
    newest: dict[str, int] = {}  # node -> incarnation: two copies of a node continue in two incarnations
    revisions: dict[str, int] = {}
    erasures = _Erasures()
    count = 0
    for row in read_entries(store):
        count += 1
        if not has_column_types(row):
            number = row["number"] if isinstance(row["number"], int) else 0
            breaks.append(ChainBreak(str(row["node"]), number, "retyped", row["position"]))
            position = row["position"]
            continue
        chain = (row["node"], row["incarnation"])
        previous_incarnation = (row["node"], newest.get(row["node"], 0))
        number, link = tips.get(chain) or (0, tips.get(previous_incarnation, (0, GENESIS_LINK))[1])
        expected = number + 1 if not row["node"].endswith(CALLS_SUFFIX) else max(number + 1, row["number"])
        if row["number"] != expected:
            problem = "missing" if row["number"] > number + 1 else "reordered"
            breaks.append(ChainBreak(row["node"], row["number"], problem, row["position"]))
        elif row["previous"] != link:
            breaks.append(ChainBreak(row["node"], row["number"], "altered before", row["position"]))
        elif row["position"] != position + 1:  # the last entry of a node is missing: no gap in its numbers
            breaks.append(ChainBreak(row["node"], row["number"], "missing", row["position"]))
        position = row["position"]
        if compute_link(row) != row["link"]:
            breaks.append(ChainBreak(row["node"], row["number"], "altered", row["position"]))
        if not _is_personal_part_intact(row):
            breaks.append(ChainBreak(row["node"], row["number"], "personal part altered", row["position"]))
        if row["revision"] != revisions.get(row["stream"], 0) + 1:
            breaks.append(ChainBreak(row["node"], row["number"], "stream broken", row["position"]))
        erasures.add(row)
        tips[chain] = (row["number"], row["link"])
        newest[row["node"]] = max(row["incarnation"], newest.get(row["node"], 0))
        revisions[row["stream"]] = row["revision"]
    if _is_authority(store):
        breaks += erasures.list_unrecorded()
    return count, breaks


class _EntryKey(msgspec.Struct, frozen=True):
    node: str
    incarnation: int
    number: int


class _PartKeys(msgspec.Struct, frozen=True):
    node: str
    incarnation: int
    number: int
    parts: tuple[int, ...]


class _ErasureDecision(msgspec.Struct):
    """Fields of the decision of a command that erases: entries that lost their personal part, or some parts of it."""

    entries: tuple[_EntryKey, ...] = ()
    parts: tuple[_PartKeys, ...] = ()


class _Erasures:
    """Entries without their personal part, and those that a command of erasure names.

    The stored names of all commands that erase personal parts begin with `Erase`.
    """

    def __init__(self) -> None:
        self._erased: dict[_EntryKey, int] = {}
        self._recorded: set[_EntryKey] = set()
        self._erased_parts: dict[_EntryKey, tuple[int, set[int]]] = {}  # position, indexes
        self._recorded_parts: dict[_EntryKey, set[int]] = {}

    def add(self, row: Row) -> None:
        is_erased = row["personal"] is None and row["salt"] is None and row["personal_digest"] is not None
        if is_erased and not _was_received_erased(row):
            self._erased[_EntryKey(row["node"], row["incarnation"], row["number"])] = row["position"]
        if row["kind"] in PARTED_COMMANDS and row["personal"] is not None:
            with suppress(ValueError):  # an altered personal part is reported as such
                key = _EntryKey(row["node"], row["incarnation"], row["number"])
                self._erased_parts[key] = row["position"], list_erased_parts(row["personal"])
        if row["kind"].startswith("Erase") and row["outcome"] == "done":
            with suppress(ValueError, RecursionError):  # an altered decision is reported as such
                decision = msgspec.json.decode(row["decision"], type=_ErasureDecision)
                self._recorded.update(decision.entries)
                for keys in decision.parts:
                    key = _EntryKey(keys.node, keys.incarnation, keys.number)
                    self._recorded_parts.setdefault(key, set()).update(keys.parts)

    def list_unrecorded(self) -> list[ChainBreak]:
        """Return the entries that were erased without a command."""
        return [
            ChainBreak(key.node, key.number, "erased without a record", position)
            for key, position in (*self._erased.items(), *self._list_unrecorded_parts())
            if key not in self._recorded
        ]

    def _list_unrecorded_parts(self) -> Iterator[tuple[_EntryKey, int]]:
        for key, (position, missing) in self._erased_parts.items():
            if missing - self._recorded_parts.get(key, set()):
                yield key, position


def _was_received_erased(row: Row) -> bool:
    """Return whether the entry arrived without its personal part, or its personal part is never stored.

    It arrives without one if it is refused, or a call answered before a restore.
    A node keeps some calls without their personal part, and sends them again to a restored center. A call is decided by
    its own node only then.
    """
    if row["kind"] in UNSTORED_PERSONAL or (row["kind"] in UNSTORED_IF_REFUSED and row["outcome"] == "refused"):
        return True
    if row["outcome"] != "refused":
        return bool(row["node"].endswith(CALLS_SUFFIX) and row["decided_by"] == node_of_chain(row["node"]))
    with suppress(ValueError, RecursionError):
        return RECEIVED_ERASED in msgspec.json.decode(row["decision"], type=Refusal).facts
    return False


def _is_authority(store: Store) -> bool:
    """Return whether the store has the record of erasures; a window erases on the word of its center."""
    with store.read() as tx:
        own = tx.query_one("ledger.own_node")
        return own is not None and own["kind"] == "center"


_COLUMN_TYPES: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("incarnation", "number", "revision", "said_at", "corrected_at", "decided_at"), int),
    **dict.fromkeys(("node", "stream", "kind", "outcome", "actor", "decided_by"), str),
    **dict.fromkeys(("command", "decision", "previous", "link"), bytes),
    **dict.fromkeys(("personal", "salt", "personal_digest", "answer"), (bytes, type(None))),
    **dict.fromkeys(("statement", "signature"), (bytes, type(None))),
    "session": (str, type(None)),
    "answered_at": (int, type(None)),
}


def has_column_types(row: Row) -> bool:
    """Return whether each value has the type of its column, and the outcome is known.

    SQLite stores values of any type in a column.
    """
    has_types = all(isinstance(row[name], column_type) for name, column_type in _COLUMN_TYPES.items())
    return has_types and row["outcome"] in ("done", "refused")


def _is_personal_part_intact(row: Row) -> bool:
    """Return whether the personal part is unaltered, or erased together with its salt."""
    if row["personal"] is None:
        return row["salt"] is None
    return bool(digest_personal(row["kind"], row["salt"], row["personal"]) == row["personal_digest"])


def rebuild_store(store: Store, rules: Rules, target: Path | str) -> Store:
    """Create and return a store at `target` (a path, or the URL of an empty database) from the entries of `store`.

    Raises BadData for an entry that cannot be applied.
    """
    upgrade(target)
    copy = Store(target)
    with copy.write() as tx:
        for row in read_entries(store):
            replay_outside_entry(tx, rules, row)
    return copy


def replay_outside_entry(tx: Transaction, rules: Rules, row: Row) -> None:
    """Replay an entry of a store or file that may be damaged. Raises BadData if it cannot be applied."""
    try:
        replay_entry(tx, rules, row)
    except StoreError:
        raise
    except Exception as error:  # whatever a damaged entry causes
        raise BadData(
            "Entry {number} of {node} (position {position}) cannot be applied.",
            number=row["number"],
            node=row["node"],
            position=row["position"],
        ) from error


def replay_entry(tx: Transaction, rules: Rules, row: Row) -> None:
    """Insert the row of a decided entry unchanged, and apply the entry if it was accepted."""
    tx.insert("ledger_entries", **row)
    if row["outcome"] == "done":
        rule = rules[row["kind"]]
        rule.apply(tx, entry_from_row(rule, row))
        assign_feed_positions(tx)
    elif (refusing := rules.get(row["kind"])) is not None and refusing.apply_refusal is not None:
        with suppress(ValueError, RecursionError):  # a command that could not be read when it was refused
            refusing.apply_refusal(tx, refused_entry_from_row(refusing, row))


def list_different_tables(left_store: Store, right_store: Store) -> list[str]:
    """Return the tables whose rows differ in the two stores, except those that no entry wrote."""
    different: list[str] = []
    with left_store.read() as left, right_store.read() as right:
        for table, key in primary_keys().items():
            if table in _UNLOGGED_TABLES:
                continue
            page_pairs: Iterator[tuple[list[Row], list[Row]]] = zip_longest(
                read_pages(left, table, key), read_pages(right, table, key), fillvalue=[]
            )
            if any(_row_values(first) != _row_values(second) for first, second in page_pairs):
                different.append(table)
    return different


def read_entries(store: Store, position: int = 0) -> Iterator[Any]:
    """Yield every entry after a position in order; each page of 1,000 is read in its own transaction."""
    while True:
        with store.read() as tx:
            page = tx.query_all("ledger.entries_after", position=position, many=_PAGE_SIZE)
        if not page:
            return
        yield from page
        position = page[-1]["position"]


def _row_values(rows: list[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows]
