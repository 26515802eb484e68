"""Case numbers: 12 digits, final the moment they are given, with or without network.

Year 2, serial 9 from a block of 1,000 lent to the node, check digit 1 (ISO 7064 MOD 11,10). A task is its case's number
and two digits. Region, organ and date are attributes of the case, not digits of its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from stdnum.iso7064 import mod_11_10

from clerk_app.errors import Refused
from clerk_app.ledger.access import ANY_MACHINE, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, parse_number_key
from clerk_app.locales import mark
from db.engines import Transaction

BLOCK_SIZE = 1_000
RESERVE_BLOCKS = 1  # blocks a node holds besides the one in use
CASE_NUMBER_LENGTH = 12


def format_case_number(year: int, serial: int) -> str:
    """The number of the `serial`-th case, of a year written with four digits or two."""
    digits = f"{year % 100:02d}{serial:09d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def is_case_number(text: str) -> bool:
    """Whether these are 12 digits whose check digit is right."""
    return len(text) == CASE_NUMBER_LENGTH and text.isascii() and text.isdigit() and bool(mod_11_10.is_valid(text))


def next_serial(tx: Transaction, moment: Moment, is_taken: Callable[[int], bool] = lambda _: False) -> int:
    """The next serial of the deciding node's own blocks that is not taken. Raises Refused when none is left.

    One is taken where a copy of this window has given it, and the center has told of that.
    """
    for block in tx.query_all("ledger.own_blocks", node=moment.node, incarnation=moment.incarnation):
        for serial in range(int(block["next"]), int(block["last"]) + 1):
            if not is_taken(serial):
                return serial
    raise Refused("no_numbers", "This window has no case numbers left. Connect to the center to borrow more.")


def mark_serial_used(tx: Transaction, moment: Moment, serial: int) -> None:
    """Marks a serial as given: part of `apply`."""
    tx.execute("ledger.mark_serial_used", serial=serial, node=moment.node)


def insert_number_block(tx: Transaction, node: str, incarnation: int, first: int, last: int, at: int) -> None:
    """Lends serials to a node: part of `apply`."""
    tx.insert("number_blocks", first=first, last=last, next=first, node=node, incarnation=incarnation, lent_at=at)


RULES = RuleSet()


class NumbersLent(CommandDecision, frozen=True, kw_only=True):
    """The block that a node may use."""

    stored_name: ClassVar[str] = "NumbersLent"
    first: int
    last: int


class LendNumbers(Command[NumbersLent], frozen=True, kw_only=True):
    """A node asks the authority for a block of case numbers."""

    stored_name: ClassVar[str] = "LendNumbers"
    node: str
    incarnation: int


def require_own_node(tx: Transaction, node: str, moment: Moment) -> None:
    """Raises Refused when a node speaks for another; the store's own may."""
    here = tx.query_one("ledger.own_node")
    if node_of_chain(moment.node) not in (node, here and here["id"]):
        raise Refused("other_node", "A node speaks for itself, and not for {node}.", node=node)


def _decide(tx: Transaction, command: LendNumbers, moment: Moment) -> NumbersLent:
    require_own_node(tx, command.node, moment)
    last = tx.query_one("ledger.last_block")
    first = int(last["last"] or 0) + 1 if last else 1
    return NumbersLent(first=first, last=first + BLOCK_SIZE - 1)


@RULES.register(
    LendNumbers,
    NumbersLent,
    permission="numbers.lend",
    roles=(
        Role.CLERK,
        Role.ADMINISTRATOR,
        Role.SYSTEM,
        Role.NODE,
    ),
    machines=ANY_MACHINE,
    label=mark("Loan of a number block"),
    decide=_decide,
    stream=lambda command, _: f"numbers/{command.node}",
    documents=("block",),
    reach=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[LendNumbers, NumbersLent]) -> None:
    command, block = entry.command, entry.decision
    tx.mark_changed(f"node/{command.node}", f"block/{block.first}")
    insert_number_block(tx, command.node, command.incarnation, block.first, block.last, entry.decided_at)


def _read_block(tx: Transaction, first: str) -> Rows:
    return {"number_blocks": tx.select("number_blocks", first=parse_number_key(first))}


def _visible_block(tx: Transaction, first: str, reader: Reader) -> Rows | None:
    found = _read_block(tx, first)
    return found if found["number_blocks"] and found["number_blocks"][0]["node"] == reader.node else None


def _keep_block(_: Transaction, __: str) -> None:
    """A block that was lent is the node's own: only the node knows how far it has come."""


def _list_blocks(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"node/{row['node']}", str(row["first"])) for row in tx.select("number_blocks"))


NUMBER_BLOCK_DOCUMENT = DocumentType("block", _read_block, _visible_block, _keep_block, _list_blocks, write_once=True)
