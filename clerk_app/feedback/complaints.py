"""Complaints of citizens (我要找茬): a category of the catalogue, a number for the citizen, and a date for the answer.

Text and contact are optional and stay at the center: a supervisor's machine gets the rows of its hall without them.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from typing import ClassVar

from clerk_app.cases.dates import compute_papers_deadline
from clerk_app.catalogue.publication import load_frame, read_calendar, read_policy
from clerk_app.errors import Refused
from clerk_app.feedback.limits import count_feedback, require_feedback_limit
from clerk_app.hall.tickets import require_own_hall
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import is_case_number
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, single_row_type
from clerk_app.locales import mark
from clerk_app.text.check_characters import compute_mod_11_10
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction

OPEN = "open"
LONGEST_TEXT = 300  # characters
LONGEST_CONTACT = 40
_SERIAL_DIGITS = 8
_LONGEST_TICKET = 12

RULES = RuleSet()


class ComplaintText(MessagePart, frozen=True, kw_only=True):
    """What the citizen typed, as `clean_text` returns it; both may be empty."""

    text: str = ""
    contact: str = ""


class ComplaintFiled(CommandDecision, frozen=True, kw_only=True):
    """Number of the complaint, and when it is to be answered. Times are microseconds UTC."""

    stored_name: ClassVar[str] = "ComplaintFiled"
    number: str
    due_at: int
    due_expected: bool = False
    counts_until: int


class FileComplaint(Command[ComplaintFiled], frozen=True, kw_only=True):
    """Files a complaint. `case` and `ticket` are what the citizen stated, each may be empty.

    Whether they exist is not checked, so that nobody finds numbers of cases with complaints.
    """

    stored_name: ClassVar[str] = "FileComplaint"
    hall: str
    category: str
    case: str = ""
    ticket: str = ""
    personal: ComplaintText | None = None


class ComplaintRead(CommandDecision, frozen=True, kw_only=True):
    """The entry is the record; no table changes."""

    stored_name: ClassVar[str] = "ComplaintRead"


class ReadComplaint(Command[ComplaintRead], frozen=True, kw_only=True):
    """Records that text and contact of a complaint were read at the center."""

    stored_name: ClassVar[str] = "ReadComplaint"
    complaint: str


def is_complaint_number(text: str) -> bool:
    """Return whether the text is 9 ASCII digits with a correct check digit."""
    is_number = len(text) == _SERIAL_DIGITS + 1 and text.isascii() and text.isdigit()
    return is_number and compute_mod_11_10(text[:-1]) == text[-1]


def list_open_complaints(tx: Transaction, hall: str = "") -> list[Row]:
    """Return the open complaints of a hall, or of all halls, by their due date."""
    return tx.query_all("feedback.open_complaints", hall=hall)


def _decide(tx: Transaction, command: FileComplaint, moment: Moment) -> ComplaintFiled:
    require_own_hall(tx, command.hall, moment)
    rules = read_policy(tx).feedback
    if rules.find_category(command.category) is None:
        raise Refused("category", "A complaint has a category of the list.")
    if command.case and not is_case_number(command.case):
        raise Refused("number", "One of the 12 digits is wrong. Please compare the number with your receipt.")
    if command.ticket and not (
        command.ticket.isascii() and command.ticket.isalnum() and len(command.ticket) <= _LONGEST_TICKET
    ):
        raise Refused("ticket", "There is no ticket {number} of this hall. Please compare your slip.", number="?")
    _require_plain(command.personal or ComplaintText())
    counts_until = require_feedback_limit(tx, moment)
    calendar = read_calendar(tx, load_frame(tx))
    due_at, expected = compute_papers_deadline(calendar, (), moment.corrected_at, rules.complaint_working_days)
    return ComplaintFiled(
        number=_choose_number(tx, moment.key), due_at=due_at, due_expected=expected, counts_until=counts_until
    )


def _require_plain(personal: ComplaintText) -> None:
    for value, longest in ((personal.text, LONGEST_TEXT), (personal.contact, LONGEST_CONTACT)):
        if value != clean_text(value):
            raise Refused("text", "The text contains characters that cannot be stored.")
        if len(value) > longest:
            raise Refused("length", "At most {count} characters fit here.", count=longest)


def _choose_number(tx: Transaction, key: str) -> str:
    """Return a number that no complaint has; the next one cannot be guessed from it."""
    for attempt in count():
        digits = str(int(sha256(f"complaint {key} {attempt}".encode()).hexdigest(), 16))[-_SERIAL_DIGITS:]
        number = digits + compute_mod_11_10(digits)
        if tx.get("complaints", number=number) is None:
            return number
    raise AssertionError  # unreachable: `count` has no end


@RULES.register(
    FileComplaint,
    ComplaintFiled,
    permission="feedback.complain",
    roles=(Role.KIOSK, Role.SUPERVISOR),
    machines=(MachineKind.KIOSK,),
    label=mark("Complaint of a citizen"),
    decide=_decide,
    stream=lambda command, filed: f"complaint/{filed.number}" if filed else f"complaints/{command.hall}",
    documents=("complaint",),
    placement=Placement.REMOTE,
    max_bytes=8000,
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[FileComplaint, ComplaintFiled]) -> None:
    command, decision = entry.command, entry.decision
    personal = command.personal or ComplaintText()
    count_feedback(tx, entry.moment, decision.counts_until)
    tx.insert(
        "complaints",
        number=decision.number,
        hall=command.hall,
        category=command.category,
        case_number=command.case,
        ticket=command.ticket,
        text=personal.text or None,
        contact=personal.contact or None,
        person=None,
        state=OPEN,
        filed_at=entry.moment.corrected_at,
        due_at=decision.due_at,
        due_expected=decision.due_expected,
        node=node_of_chain(entry.moment.node),
    )
    mark_complaint_changed(tx, command.hall, decision.number)


def _decide_read(tx: Transaction, command: ReadComplaint, _: Moment) -> ComplaintRead:
    if tx.get("complaints", number=command.complaint) is None:
        raise Refused("no_complaint", "There is no such complaint.")
    return ComplaintRead()


@RULES.register(
    ReadComplaint,
    ComplaintRead,
    permission="feedback.read",
    roles=(Role.SUPERVISOR, Role.SYSTEM),
    machines=(MachineKind.CENTER,),
    label=mark("Complaint read in full"),
    decide=_decide_read,
    stream=lambda command, _: f"complaint/{command.complaint}",
)
def _apply_read(_tx: Transaction, _entry: Entry[ReadComplaint, ComplaintRead]) -> None:
    """Change nothing: the entry is the record."""


def mark_complaint_changed(tx: Transaction, hall: str, number: str) -> None:
    """Announce a changed complaint to the machines of its hall."""
    tx.mark_changed(f"hall/{hall}", f"complaint/{number}")


_ROW = single_row_type("complaint", "complaints", "number", lambda row: f"hall/{row['hall']}")


def _visible_rows(tx: Transaction, number: str, reader: Reader) -> Rows | None:
    """Return a complaint without what the citizen typed and who it was."""
    rows = _ROW.visible_rows(tx, number, reader)
    if rows is None:
        return None
    return {"complaints": [{**row, "text": None, "contact": None, "person": None} for row in rows["complaints"]]}


COMPLAINT_DOCUMENT = DocumentType(
    "complaint",
    _ROW.read_rows,
    _visible_rows,
    _ROW.delete_rows,
    _ROW.list_all,
    machines=frozenset({MachineKind.SUPERVISOR}),
)
