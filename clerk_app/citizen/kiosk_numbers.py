"""Numbers of cases that a kiosk asks for: the center decides them, and takes their numbers from blocks of its own."""

from __future__ import annotations

from clerk_app.cases.intake.received_opening import KeptNumber
from clerk_app.ledger.numbers import BLOCK_SIZE, format_case_number, insert_number_block
from db.engines import Row, Transaction


def next_own_number(tx: Transaction, year: int) -> tuple[KeptNumber, int]:
    """Return year and serial of the next number of the deciding store, and the first serial of a block that it needs.

    The block is 0 while the store has numbers left.
    """
    own = _own_node(tx)
    for block in tx.query_all("ledger.own_blocks", node=own["id"], incarnation=own["incarnation"]):
        for serial in range(int(block["next"]), int(block["last"]) + 1):
            if tx.get("cases", number=format_case_number(year, serial)) is None:
                return {"year": year, "serial": serial}, 0
    last = tx.query_one("ledger.last_block")
    first = int(last["last"] or 0) + 1 if last is not None else 1
    return {"year": year, "serial": first}, first


def lend_own_block(tx: Transaction, first: int, at: int) -> None:
    """Insert a block of numbers of this store that begins with `first`; 0 inserts none."""
    own = _own_node(tx)
    if first and tx.get("number_blocks", first=first) is None:
        insert_number_block(tx, own["id"], own["incarnation"], first, first + BLOCK_SIZE - 1, at)


def use_own_number(tx: Transaction, serial: int) -> None:
    """Mark a serial of this store as used."""
    tx.execute("ledger.mark_serial_used", serial=serial, node=_own_node(tx)["id"])


def _own_node(tx: Transaction) -> Row:
    own = tx.query_one("ledger.own_node")
    assert own is not None  # a store that decides has a node
    return own
