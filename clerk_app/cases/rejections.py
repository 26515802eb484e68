"""Rejected entries at the center, acceptances above all: kept outside every queue until a supervisor has settled them.

A receipt with the case number may be in a citizen's hand, so the number is kept as not valid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from clerk_app.cases.identifiers import case_number_of
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Entry, Moment
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.numbers import is_case_number, lent_to
from clerk_app.ledger.rejected_work import DAY_UNTIL, SITE, count_rejected
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from clerk_app.locales import mark
from db.engines import Row, Transaction

OPEN, ACCEPTED, INFORMED = "open", "accepted", "informed"
GROUPED = "grouped"  # beyond the limit of its machine: its number is not valid, its content is in the log alone
MAX_OF_DAY = 200  # rejected entries of a machine in a day that become work each; one work stands for all others
TERM = 86_400_000_000  # microseconds until a rejected acceptance must be settled
MAX_BYTES = 1_000_000  # of a command whose data are kept; larger ones stay in the log alone
TABLE = "rejected_acceptances"
TOO_MANY = "too_many"  # kind and reason of the work that stands for all beyond the limit
_SERIAL = slice(2, 11)  # of a case number
_TOO_MANY = mark(
    "The machine {machine} has sent {count} more such entries since the first {most} of the day. They are in the log "
    "of the center (clerk audit log). If it may have been stolen, have it excluded."
)


def keep_rejected(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Keep an acceptance that the authority rejected; a refusal at this store's own node is not kept.

    The refusal has the facts of `describe_rejected`.
    """
    command, refusal, moment = entry.command, entry.decision, entry.moment
    own = tx.get("nodes", here=True)
    if own is None or node_of_chain(moment.node) == own["id"] or not {"number", "site"} <= refusal.facts.keys():
        return
    plain = msgspec.json.encode(msgspec.structs.replace(command, personal=None))
    personal = msgspec.json.encode(command.personal) if command.personal is not None else None
    _insert_entry(tx, entry, refusal.facts["number"], refusal.facts["site"], command.draft[:200], plain, personal)


def keep_rejected_entry(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Keep a rejected entry on a case or on the hall of the center for the supervisor; its refusal names the `site`.

    Entries that follow a rejected acceptance, and what was recorded in a visit, are in the log and in the list of
    their window.
    """
    command, refusal, moment = entry.command, entry.decision, entry.moment
    own = tx.get("nodes", here=True)
    number = _find_case_number(command)
    if SITE not in refusal.facts or own is None or node_of_chain(moment.node) == own["id"]:
        return
    if command.stored_name in _HALL_COMMANDS:
        number = str(getattr(command, "ticket", "")).rpartition("/")[2]
    elif not number or tx.get("cases", number=number) is None:
        return
    plain = msgspec.json.encode(
        msgspec.structs.replace(command, personal=None) if hasattr(command, "personal") else command
    )
    _insert_entry(tx, entry, number, refusal.facts[SITE], "", plain, None)


_HALL_COMMANDS = frozenset(
    {"CallTicket", "WalkIn", "MoveTicket", "EndSlip", "SetWindow", "SetStations", "CloseWindowAfterVisit"}
)
"""Stored names of commands on tickets, calls, visits and windows, whose rejection a supervisor has to see."""


def _insert_entry(
    tx: Transaction,
    entry: Entry[Any, Refusal],
    number: str,
    site: str,
    draft: str,
    plain: bytes,
    personal: bytes | None,
) -> None:
    """Insert a row for a rejected entry; `plain` and `personal`, its data, only up to MAX_BYTES together."""
    command, refusal, moment = entry.command, entry.decision, entry.moment
    is_kept = len(plain) + len(personal or b"") <= MAX_BYTES
    node, state = node_of_chain(moment.node), OPEN
    of_day = count_rejected(tx, node, refusal.facts, moment.decided_at)
    if of_day > MAX_OF_DAY:
        _count_in_summary(tx, node, site, of_day - MAX_OF_DAY, refusal.facts[DAY_UNTIL], moment)
        if not draft or not is_case_number(number) or not lent_to(tx, node, int(number[_SERIAL])):
            return
        state, plain, personal = GROUPED, b"", None
    insert_rejected(
        tx,
        id=moment.key,
        state=state,
        number=number,
        site=site,
        node=node,
        clerk=moment.actor.id[:200],
        kind=command.stored_name,
        reason=refusal.reason,
        sentence=refusal.sentence,
        facts=msgspec.json.encode(refusal.facts),
        accepted_at=moment.corrected_at,
        rejected_at=moment.decided_at,
        draft=draft,
        command=plain if is_kept else b"",
        personal=personal if is_kept else None,
    )


def _count_in_summary(tx: Transaction, node: str, site: str, count: int, day_until: str, moment: Moment) -> None:
    """Keep one work for all further rejected entries of a machine in a day, with their number."""
    row_id = f"rejected/{node}/{day_until}"
    facts = msgspec.json.encode({"machine": node, "count": count, "most": MAX_OF_DAY})
    row = tx.get(TABLE, id=row_id)
    if row is not None:
        tx.update(TABLE, {"id": row_id}, facts=facts)
        tx.mark_changed(f"organ/{row['site']}", f"rejected/{row_id}")
        return
    insert_rejected(
        tx,
        id=row_id,
        number="",
        site=site,
        node=node,
        clerk="",
        kind=TOO_MANY,
        reason=TOO_MANY,
        sentence=_TOO_MANY,
        facts=facts,
        accepted_at=moment.corrected_at,
        rejected_at=moment.decided_at,
        draft="",
        command=b"",
        personal=None,
    )


def _find_case_number(command: Any) -> str:
    """Return the case that a command names itself or by a task; empty without one."""
    case = str(getattr(command, "case", "") or case_number_of(str(getattr(command, "task", ""))))
    return case if is_case_number(case) else ""


def insert_rejected(tx: Transaction, *, rejected_at: int, site: str, state: str = OPEN, **columns: Any) -> None:
    """Insert a rejected acceptance; its reference is the next number. Times are microseconds UTC."""
    last = tx.query_one("cases.last_reference")
    tx.insert(
        TABLE,
        reference=int((last and last["reference"]) or 0) + 1,
        rejected_at=rejected_at,
        due_at=rejected_at + TERM,
        site=site,
        state=state,
        viewer="",
        case_number="",
        settled_by="",
        note="",
        **columns,
    )
    tx.mark_changed(f"organ/{site}", f"rejected/{columns['id']}")


def settle_rejected(
    tx: Transaction, row: Row, entry: Entry[Any, Any], state: str, *, case_number: str = "", note: str = ""
) -> None:
    """Record how a rejected acceptance was settled, and by whom; delete the data of the citizen."""
    tx.update(
        TABLE,
        {"id": row["id"]},
        state=state,
        viewer="",
        personal=None,
        case_number=case_number,
        note=note,
        settled_at=entry.decided_at,
        settled_by=entry.moment.actor.id,
    )
    tx.mark_changed(f"organ/{row['site']}", f"rejected/{row['id']}")


def require_valid_number(tx: Transaction, number: str) -> None:
    """Raise Refused ("not_valid") for a number that stands on a receipt and belongs to no case."""
    rows = tx.select(TABLE, order=("reference",), number=number) if number else []
    if not rows or tx.get("cases", number=number) is not None:
        return
    raise Refused(
        "not_valid",
        "The number {number} is not valid, reference {reference}. Please go to a window of the service centre that "
        "gave the receipt, and bring the receipt.",
        number=number,
        reference=format_reference(rows[-1]["reference"]),
    )


def format_reference(reference: int) -> str:
    """Return the reference of a rejected acceptance as it is shown."""
    return f"N{reference:05d}"


def _site_scope(row: Row) -> str:
    return f"organ/{row['site']}"


def _read_rows(tx: Transaction, key: str) -> Rows:
    return {TABLE: tx.select(TABLE, id=key)}


def _visible_rows(tx: Transaction, key: str, reader: Reader) -> Rows | None:
    """Return the row for a machine of its site; only the one that fetched it gets the data of the citizen."""
    rows = _read_rows(tx, key)
    if not rows[TABLE] or rows[TABLE][0]["site"] not in reader.organs:
        return None
    row = rows[TABLE][0]
    return {TABLE: [row if reader.node == row["viewer"] else {**row, "viewer": "", "personal": None}]}


def _remove(tx: Transaction, key: str) -> None:
    tx.delete(TABLE, id=key)


def _list_documents(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((_site_scope(row), str(row["id"])) for row in tx.select(TABLE))


REJECTED_DOCUMENT = DocumentType(
    "rejected",
    _read_rows,
    _visible_rows,
    _remove,
    _list_documents,
    machines=frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR}),
)
