"""Opening of a received case at any window of its site: its content goes to that window, for the time of a lease."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, TypedDict

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.cases.received_records import TABLE, get_received, mark_received_changed
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import split_case_number
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()
LEASE = 2 * 3_600_000_000
"""Microseconds after the opening in which no other window opens the case."""
HELD_FOR = 86_400_000_000
"""Microseconds after the end of the lease in which the window holds the content."""


class KeptNumber(TypedDict, total=False):
    """Year (two digits) and serial of a case number."""

    year: int
    serial: int


class ReceivedOpened(CommandDecision, frozen=True, kw_only=True):
    """The machine that gets the content until `lease_until` (microseconds UTC)."""

    stored_name: ClassVar[str] = "ReceivedOpened"
    node: str
    site: str = ""
    lease_until: int = 0


class OpenReceived(Command[ReceivedOpened], frozen=True, kw_only=True):
    """Asks the authority for the content of a received case, to complete it; the entry is the access record."""

    stored_name: ClassVar[str] = "OpenReceived"
    case: str
    window: str


class ReturnReceived(Command[ReceivedOpened], frozen=True, kw_only=True):
    """Ends the lease of an opened case; the machine loses its content."""

    stored_name: ClassVar[str] = "ReturnReceived"
    case: str


def require_free(tx: Transaction, record: Row, node: str, now: int) -> None:
    """Raise Refused, naming the holder, if another machine than `node` has opened a received case before `now`."""
    is_leased = bool(record["opened_node"]) and (record["lease_until"] or 0) > now
    if not is_leased or record["opened_node"] == node:
        return
    clerk, window = tx.get("staff", id=record["opened_by"]), tx.get("windows", id=record["opened_window"])
    raise Refused(
        "opened",
        "Case {number} is open at {window} with {name}. Nothing was opened.",
        number=record["case_number"],
        window=window["name"] if window is not None else record["opened_window"],
        name=clerk["name"] if clerk is not None else record["opened_by"],
    )


def require_continued(tx: Transaction, draft: DraftContent, number: str, moment: Moment) -> KeptNumber:
    """Return the parts of the number that a draft keeps, as arguments of `build_decision`; none for a new application.

    Raises Refused if the received case that the draft continues is not `number`, does not wait any more, or is open at
    another window.
    """
    if draft.received != number:
        raise Refused("received", "This draft continues case {number}: it keeps its number.", number=draft.received)
    if not number:
        return {}
    _case, record = get_received(tx, number, moment)
    require_free(tx, record, node_of_chain(moment.node), moment.decided_at)
    year, serial = split_case_number(number)
    return {"year": year, "serial": serial}


def _decide_open(tx: Transaction, command: OpenReceived, moment: Moment) -> ReceivedOpened:
    _case, record = get_received(tx, command.case, moment)
    node = node_of_chain(moment.node)
    require_free(tx, record, node, moment.decided_at)
    return ReceivedOpened(node=node, site=record["site"], lease_until=moment.decided_at + LEASE)


@RULES.register(
    OpenReceived,
    ReceivedOpened,
    permission="case.open_received",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Received case opened at a window"),
    decide=_decide_open,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
    placement=Placement.REMOTE,
)
def _apply_open(tx: Transaction, entry: Entry[OpenReceived, ReceivedOpened]) -> None:
    tx.update(
        TABLE,
        {"case_number": entry.command.case},
        opened_node=entry.decision.node,
        opened_by=entry.moment.actor.id,
        opened_window=entry.command.window,
        lease_until=entry.decision.lease_until,
    )
    mark_case_changed(tx, entry.command.case)  # its history
    mark_received_changed(tx, entry.command.case, entry.decision.site)


def list_due_received_returns(tx: Transaction, now: int, key: str) -> Iterator[ReturnReceived]:
    """Yield commands for the received cases after `key` whose lease has ended a day ago."""
    for row in tx.query_all("received.leases_before", before=now - HELD_FOR, key=key):
        yield ReturnReceived(case=row["case_number"])


def _decide_return(tx: Transaction, command: ReturnReceived, moment: Moment) -> ReceivedOpened:
    _case, record = get_received(tx, command.case, moment)
    is_due = (record["lease_until"] or 0) <= moment.decided_at - HELD_FOR
    is_own = record["opened_node"] == node_of_chain(moment.node)
    if not record["opened_node"] or not (is_due if moment.actor.role == Role.SCHEDULE else is_own):
        raise Refused("not_opened", "Case {number} is not open here.", number=command.case)
    return ReceivedOpened(node=record["opened_node"], site=record["site"])


@RULES.register(
    ReturnReceived,
    ReceivedOpened,
    permission="case.return_received",
    roles=(Role.CLERK, Role.SCHEDULE),
    machines=(MachineKind.COUNTER, MachineKind.CENTER),
    label=mark("Received case returned to those that wait"),
    decide=_decide_return,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
    placement=Placement.REMOTE,
)
def _apply_return(tx: Transaction, entry: Entry[ReturnReceived, ReceivedOpened]) -> None:
    tx.update(
        TABLE, {"case_number": entry.command.case}, opened_node="", opened_by="", opened_window="", lease_until=None
    )
    mark_case_changed(tx, entry.command.case)  # its history
    mark_received_changed(tx, entry.command.case, entry.decision.site)
