"""The internal hand-over log (内部交接单): papers that a courier carries between a service centre and an organ.

Originals travel to the organ that needs them, and back; results that the organ makes travel to the service centre. A
list names the papers of one trip. Nothing counts as received before its receiver has accepted it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import ClassVar

from clerk_app.cases.case_record import read_case
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from clerk_app.locales import mark
from db.engines import Row, Transaction

ORIGINAL, RESULT = "original", "result"
SENT, RECEIVED, MISSING, INCOMPLETE = "sent", "received", "missing", "incomplete"
MOST_ITEMS = 200
_LIST_NUMBER = re.compile(r"IH[0-9]{8}")
_MACHINES = frozenset({MachineKind.COUNTER, MachineKind.DEPARTMENT, MachineKind.SUPERVISOR})

RULES = RuleSet()


class ConsignedItem(MessagePart, frozen=True, kw_only=True):
    """A paper: the original of a material (id and version), or the result of a task (its id)."""

    kind: str
    case: str
    item: str
    version: int = 0


class PapersSent(CommandDecision, frozen=True, kw_only=True):
    """The service centre or organ that sends the papers."""

    stored_name: ClassVar[str] = "PapersSent"
    sender: str


class SendPapers(Command[PapersSent], frozen=True, kw_only=True):
    """Give papers to the courier, for a service centre or organ. `courier` is who carries them.

    `consignment` is the number of the list, from `new_list_number`.
    """

    stored_name: ClassVar[str] = "SendPapers"
    consignment: str
    receiver: str
    items: tuple[ConsignedItem, ...]
    courier: str
    window: str = ""


class PapersReceived(CommandDecision, frozen=True, kw_only=True):
    """State of the list: received, or incomplete if something on it was missing."""

    stored_name: ClassVar[str] = "PapersReceived"
    state: str
    sender: str
    receiver: str


class ReceivePapers(Command[PapersReceived], frozen=True, kw_only=True):
    """Accept the papers at these `positions` of a list; the others are missing, and `note` states what is known."""

    stored_name: ClassVar[str] = "ReceivePapers"
    consignment: str
    positions: tuple[int, ...]
    note: str = ""


def new_list_number() -> str:
    """Return the number of a new list, which is printed as a bar code."""
    return f"IH{secrets.randbelow(10**8):08d}"


def is_list_number(text: str) -> bool:
    """Return whether a text has the form of the number of a list."""
    return _LIST_NUMBER.fullmatch(text) is not None


def locate_paper(movements: Iterable[Row], home: str) -> str:
    """Return where a paper is: a service centre or organ, or empty while the courier carries it.

    `movements` are its items with sender and receiver of their lists, in the order in which they were given. A paper
    that was missing is looked for where it was sent from.
    """
    place = home
    for movement in movements:
        if movement["state"] == SENT:
            return ""
        place = movement["receiver"] if movement["state"] == RECEIVED else movement["sender"]
    return place


def read_movements(tx: Transaction, case: str) -> dict[tuple[str, str, int], list[Row]]:
    """Return the movements of each paper of a case by kind, item and version, in the order in which they were given."""
    found: dict[tuple[str, str, int], list[Row]] = {}
    for row in tx.query_all("cases.movements_of_case", case_number=case):
        found.setdefault((row["kind"], row["item"], row["version"]), []).append(row)
    return found


def _decide_send(tx: Transaction, command: SendPapers, moment: Moment) -> PapersSent:
    sender = moment.actor.organ
    if not command.items or len(command.items) > MOST_ITEMS or len(set(command.items)) < len(command.items):
        raise Refused("items", "A list has 1 to {most} papers, each once.", most=MOST_ITEMS)
    if not is_list_number(command.consignment) or tx.get("consignments", id=command.consignment) is not None:
        raise Refused("number", "There is a list with this number, or it has another form.")
    if not command.courier.strip():
        raise Refused("courier", "Who carries the papers? The log names them.")
    if not sender or command.receiver in ("", sender) or tx.get("organs", id=command.receiver) is None:
        raise Refused("receiver", "Papers are sent to a department, or to a service centre.")
    for item in command.items:
        if moment.is_authority or tx.get("cases", number=item.case) is not None:
            _require_here(tx, item, sender, command.receiver)
    return PapersSent(sender=sender)


def _require_here(tx: Transaction, item: ConsignedItem, sender: str, receiver: str) -> None:
    """Raise Refused unless a paper exists, is at the sender, and belongs to the receiver."""
    case = read_case(tx, item.case)
    site = str(case.row["centre"])
    organs = {task["organ"] for task in case.tasks}
    tasks = {task["id"]: task for task in case.tasks}
    originals = {(row["material"], row["version"]) for row in case.materials if row["how"] == "paper"}
    if item.kind == ORIGINAL:
        is_known, home = (item.item, item.version) in originals, site
    else:
        task = tasks.get(item.item)
        is_known = item.kind == RESULT and task is not None and task["state"] == "approved"
        home = str(task["organ"]) if task is not None else ""
    if not is_known or receiver not in organs | {site}:
        raise Refused("item", "This paper does not belong to the receiver: case {number}.", number=item.case)
    moved = read_movements(tx, item.case).get((item.kind, item.item, item.version), [])
    if locate_paper(moved, home) != sender:
        raise Refused("place", "A paper of case {number} is not here, or was sent before.", number=item.case)


@RULES.register(
    SendPapers,
    PapersSent,
    permission="papers.send",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("Papers given to the courier"),
    decide=_decide_send,
    stream=lambda command, _: f"consignment/{command.consignment}",
    documents=("consignment",),
)
def _apply_send(tx: Transaction, entry: Entry[SendPapers, PapersSent]) -> None:
    command, decision = entry.command, entry.decision
    tx.insert(
        "consignments",
        id=command.consignment,
        sender=decision.sender,
        receiver=command.receiver,
        window_id=command.window,
        courier=command.courier.strip(),
        state=SENT,
        given_by=entry.moment.actor.id,
        given_at=entry.moment.corrected_at,
        received_by="",
        note="",
    )
    for position, item in enumerate(command.items, 1):
        tx.insert(
            "consignment_items",
            consignment=command.consignment,
            position=position,
            kind=item.kind,
            case_number=item.case,
            item=item.item,
            version=item.version,
            state=SENT,
        )
    _mark_changed(tx, command.consignment, decision.sender, command.receiver)


def _decide_receive(tx: Transaction, command: ReceivePapers, moment: Moment) -> PapersReceived:
    row = tx.get_for_update("consignments", id=command.consignment)
    if row is None:
        raise Refused("consignment", "There is no list {number} here. Check the number.", number=command.consignment)
    if row["receiver"] != moment.actor.organ:
        raise Refused("other_site", "This belongs to another service centre or department.")
    if row["state"] != SENT:
        raise Refused("state", "The papers of list {number} were received before.", number=command.consignment)
    positions = {item["position"] for item in tx.select("consignment_items", consignment=command.consignment)}
    if not set(command.positions) <= positions:
        raise Refused("items", "The list has no such paper.")
    is_complete = positions == set(command.positions)
    if not is_complete and not command.note.strip():
        raise Refused("reason", "Something is missing: note what is known about it.")
    state = RECEIVED if is_complete else INCOMPLETE
    return PapersReceived(state=state, sender=row["sender"], receiver=row["receiver"])


@RULES.register(
    ReceivePapers,
    PapersReceived,
    permission="papers.receive",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("Papers received from the courier"),
    decide=_decide_receive,
    stream=lambda command, _: f"consignment/{command.consignment}",
    documents=("consignment",),
)
def _apply_receive(tx: Transaction, entry: Entry[ReceivePapers, PapersReceived]) -> None:
    command, decision = entry.command, entry.decision
    for item in tx.select("consignment_items", consignment=command.consignment, order=("position",)):
        state = RECEIVED if item["position"] in command.positions else MISSING
        tx.update("consignment_items", {"consignment": command.consignment, "position": item["position"]}, state=state)
    tx.update(
        "consignments",
        {"id": command.consignment},
        state=decision.state,
        received_by=entry.moment.actor.id,
        received_at=entry.moment.corrected_at,
        note=command.note.strip(),
    )
    _mark_changed(tx, command.consignment, decision.sender, decision.receiver)


def _mark_changed(tx: Transaction, consignment: str, *places: str) -> None:
    for place in places:
        tx.mark_changed(f"organ/{place}", f"consignment/{consignment}")


def _read_rows(tx: Transaction, consignment: str) -> Rows:
    return {
        "consignments": tx.select("consignments", id=consignment),
        "consignment_items": tx.select("consignment_items", consignment=consignment, order=("position",)),
    }


def _visible_rows(tx: Transaction, consignment: str, reader: Reader) -> Rows | None:
    rows = _read_rows(tx, consignment)
    places = {row[side] for row in rows["consignments"] for side in ("sender", "receiver")}
    return rows if places & reader.organs else None


def _delete_rows(tx: Transaction, consignment: str) -> None:
    tx.delete("consignments", id=consignment)
    tx.delete("consignment_items", consignment=consignment)


def _list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
    return (
        (f"organ/{row[side]}", str(row["id"])) for row in tx.select("consignments") for side in ("sender", "receiver")
    )


CONSIGNMENT_DOCUMENT = DocumentType(
    "consignment", _read_rows, _visible_rows, _delete_rows, _list_all, machines=_MACHINES
)
