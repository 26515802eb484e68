"""Case numbers: 12 digits, assigned by a node without asking the center, and never changed.

2 digits for the year, 9 for a serial number from a block of 1,000 that the center has lent to the node, 1 check digit
(ISO 7064 MOD 11,10). A task's id is the case number and two digits. Region, organ and date are attributes of the case,
not of its number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role, machine_kinds
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, parse_number_key
from clerk_app.locales import mark
from clerk_app.text.check_characters import compute_mod_11_10
from db.engines import Transaction

BLOCK_SIZE = 1_000
MAX_BLOCKS_PER_DAY = 20  # that the center lends to a machine: 20,000 cases in 24 hours
RESERVE_BLOCKS = 1  # blocks that a node holds in addition to the one in use
CASE_NUMBER_LENGTH = 12
_DAY = 24 * 3600 * 1_000_000  # microseconds


def format_case_number(year: int, serial: int) -> str:
    """Return the case number of a serial number, in a year of four or two digits."""
    digits = f"{year % 100:02d}{serial:09d}"
    return digits + compute_mod_11_10(digits)


def is_case_number(text: str) -> bool:
    """Return whether the text is 12 ASCII digits with a correct check digit."""
    is_number = len(text) == CASE_NUMBER_LENGTH and text.isascii() and text.isdigit()
    return is_number and compute_mod_11_10(text[:-1]) == text[-1]


def split_case_number(number: str) -> tuple[int, int]:
    """Return the year (two digits) and the serial of a case number."""
    return int(number[:2]), int(number[2:11])


def next_serial(tx: Transaction, moment: Moment, is_taken: Callable[[int], bool] = lambda _: False) -> int:
    """Return the next serial of the deciding node's own blocks that is not taken. Raises Refused when none is left.

    `is_taken` returns whether a case with the serial exists: a copy of this window's store may have used the serial,
    and the center may have sent that case.
    """
    for block in tx.query_all("ledger.own_blocks", node=moment.node, incarnation=moment.incarnation):
        for serial in range(int(block["next"]), int(block["last"]) + 1):
            if not is_taken(serial):
                return serial
    raise Refused("no_numbers", "This window has no case numbers left. Connect to the center to borrow more.")


def mark_serial_used(tx: Transaction, moment: Moment, serial: int) -> None:
    """Mark a serial as used. Called by `apply` functions."""
    tx.execute("ledger.mark_serial_used", serial=serial, node=moment.node)


def insert_number_block(tx: Transaction, node: str, incarnation: int, first: int, last: int, at: int) -> None:
    """Insert a block of serials lent to a node. Called by `apply` functions."""
    tx.insert("number_blocks", first=first, last=last, next=first, node=node, incarnation=incarnation, lent_at=at)


def needs_numbers(node_kind: str) -> bool:
    """Return whether a node of this stored kind accepts cases, and so needs case numbers."""
    return MachineKind.COUNTER in machine_kinds(node_kind)


def lent_to(tx: Transaction, node: str, serial: int) -> bool:
    """Return whether a serial is in a block that was lent to a node."""
    return tx.query_one("ledger.block_of_serial", node=node, serial=serial) is not None


RULES = RuleSet()


class NumbersLent(CommandDecision, frozen=True, kw_only=True):
    """The block lent to a node: its first and last serial."""

    stored_name: ClassVar[str] = "NumbersLent"
    first: int
    last: int


class LendNumbers(Command[NumbersLent], frozen=True, kw_only=True):
    """Lend a block of case numbers to a node."""

    stored_name: ClassVar[str] = "LendNumbers"
    node: str
    incarnation: int


def require_own_node(tx: Transaction, node: str, moment: Moment) -> None:
    """Raise Refused unless the command was sent by `node` or by the store's own node."""
    own = tx.query_one("ledger.own_node")
    if node_of_chain(moment.node) not in (node, own and own["id"]):
        raise Refused("other_node", "A node speaks for itself, and not for {node}.", node=node)


def _decide(tx: Transaction, command: LendNumbers, moment: Moment) -> NumbersLent:
    require_own_node(tx, command.node, moment)
    if moment.is_remote:
        recent = tx.query_one("ledger.count_recent_blocks", node=command.node, since=moment.decided_at - _DAY)
        if recent is not None and recent["many"] >= MAX_BLOCKS_PER_DAY:
            raise Refused(
                "blocks",
                "This machine borrowed {count} blocks of case numbers in a day. Wait until tomorrow.",
                count=MAX_BLOCKS_PER_DAY,
            )
    last = tx.query_one("ledger.last_block")
    first = int(last["last"] or 0) + 1 if last else 1
    return NumbersLent(first=first, last=first + BLOCK_SIZE - 1)


@RULES.register(
    LendNumbers,
    NumbersLent,
    permission="numbers.lend",
    roles=(Role.CLERK, Role.ADMINISTRATOR, Role.SYSTEM, Role.NODE),
    machines=(MachineKind.COUNTER,),
    label=mark("Loan of a number block"),
    decide=_decide,
    stream=lambda command, _: f"numbers/{command.node}",
    documents=("block",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[LendNumbers, NumbersLent]) -> None:
    command, block = entry.command, entry.decision
    tx.mark_changed(f"node/{command.node}", f"block/{block.first}")
    if tx.get("number_blocks", first=block.first) is None:  # a node that joined again had stated it already
        insert_number_block(tx, command.node, command.incarnation, block.first, block.last, entry.decided_at)


def _read_block(tx: Transaction, first: str) -> Rows:
    return {"number_blocks": tx.select("number_blocks", first=parse_number_key(first))}


def _visible_block(tx: Transaction, first: str, reader: Reader) -> Rows | None:
    rows = _read_block(tx, first)
    return rows if rows["number_blocks"] and rows["number_blocks"][0]["node"] == reader.node else None


def _keep_block(_: Transaction, __: str) -> None:
    """Delete nothing, because only the node that borrowed a block knows its next serial."""


def _list_blocks(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"node/{row['node']}", str(row["first"])) for row in tx.select("number_blocks"))


NUMBER_BLOCK_DOCUMENT = DocumentType(
    "block",
    _read_block,
    _visible_block,
    _keep_block,
    _list_blocks,
    machines=frozenset({MachineKind.COUNTER}),
    write_once=True,
)


def format_task_number(task: str) -> str:
    """Return the number of a task as people read it: the case number, a hyphen, two digits."""
    return f"{task[:CASE_NUMBER_LENGTH]}-{task[CASE_NUMBER_LENGTH:]}"
