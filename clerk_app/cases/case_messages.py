"""Messages on a case (留言) between window, organs and citizen: short texts with sender, addressee and read state.

The text is personal data, because it may name somebody; it is erased with the case. A message of the citizen is typed
in by the clerk. A message does not ask for papers: that is a supplement notice, which lists everything once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction

WINDOW, CITIZEN, ORGAN = "window", "citizen", "organ"
"""Kinds of senders and addressees."""
MESSAGE_SHEET = "message"
"""Kind of the sheet with a message to the citizen."""
LONGEST_MESSAGE = 300  # characters
_CLOSED = ("draft", "archived")
RULES = RuleSet()


class CaseMessageText(MessagePart, frozen=True, kw_only=True):
    """The text of a message, as `clean_text` returns it."""

    text: str


class CaseMessageSent(CommandDecision, frozen=True, kw_only=True):
    """Id of the message and who sends it: the window, the citizen, or an organ."""

    stored_name: ClassVar[str] = "CaseMessageSent"
    message: str
    sender: str
    organ: str = ""  # of the officer who sends it


class SendCaseMessage(Command[CaseMessageSent], frozen=True, kw_only=True):
    """Sends a message on a case to the `window`, the `citizen`, or an `organ`.

    `from_citizen`: the clerk types in what the citizen asks or states.
    """

    stored_name: ClassVar[str] = "SendCaseMessage"
    case: str
    addressee: Literal["window", "citizen", "organ"]
    organ: str = ""
    from_citizen: bool = False
    personal: CaseMessageText | None = None


class CaseMessagesRead(CommandDecision, frozen=True, kw_only=True):
    """The messages that were read for the first time."""

    stored_name: ClassVar[str] = "CaseMessagesRead"
    messages: tuple[str, ...]


class MarkCaseMessagesRead(Command[CaseMessagesRead], frozen=True, kw_only=True):
    """Records that the messages on a case to a reader were read: by the window, the citizen or the actor's organ."""

    stored_name: ClassVar[str] = "MarkCaseMessagesRead"
    case: str
    reader: Literal["window", "citizen", "organ"]


def _get_open_case(tx: Transaction, number: str) -> Row:
    case = tx.get_for_update("cases", number=number)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=number)
    return case


def _require_part(tx: Transaction, case: Row, moment: Moment) -> None:
    """Raise Refused unless the actor works at the site of the case, or for an organ with a task in it."""
    if moment.actor.role != Role.OFFICER:
        require_site(tx, moment, case)
    elif not tx.select("tasks", case_number=case["number"], organ=moment.actor.organ):
        raise Refused("organ", "This task belongs to another organ.")


def is_at_work(tasks: Iterable[Row], organ: str) -> bool:
    """Return whether an organ has begun one of the tasks of a case and not ended it; only then it has the messages."""
    own = [task for task in tasks if task["organ"] == organ and task["started_at"] is not None]
    return any(task["state"] not in ENDED_TASK_STATES for task in own)


def _require_at_work(tx: Transaction, case: Row, organ: str, moment: Moment) -> None:
    if not moment.already_decided and not is_at_work(tx.select("tasks", case_number=case["number"]), organ):
        raise Refused(
            "not_at_work", "This department has not begun its task yet, or has ended it: it gets no messages."
        )


def _decide_send(tx: Transaction, command: SendCaseMessage, moment: Moment) -> CaseMessageSent:
    case = _get_open_case(tx, command.case)
    _require_part(tx, case, moment)
    if case["state"] in _CLOSED or case["applicant_name"] is None:
        raise Refused("case_state", "Nothing is added to an archived case.")
    is_officer = moment.actor.role == Role.OFFICER
    sender = ORGAN if is_officer else CITIZEN if command.from_citizen else WINDOW
    if command.from_citizen and is_officer:
        raise Refused("sender", "What the citizen asks is typed in at a window.")
    if command.addressee == sender and sender != ORGAN:
        raise Refused("addressee", "A message goes to somebody else.")
    if command.addressee == ORGAN:
        if command.organ == (moment.actor.organ if is_officer else ""):
            raise Refused("addressee", "A message goes to somebody else.")
        if not tx.select("tasks", case_number=case["number"], organ=command.organ):
            raise Refused("addressee", "This department has no task in the case.")
        _require_at_work(tx, case, command.organ, moment)
    if is_officer:
        _require_at_work(tx, case, moment.actor.organ or "", moment)
    text = command.personal.text if command.personal is not None else ""
    if not text or text != clean_text(text):
        raise Refused("text", "The message has no text.")
    if len(text) > LONGEST_MESSAGE:
        raise Refused("length", "A message has at most {count} characters.", count=LONGEST_MESSAGE)
    organ = (moment.actor.organ or "") if is_officer else ""
    return CaseMessageSent(message=f"{command.case}-{moment.key}", sender=sender, organ=organ)


@RULES.register(
    SendCaseMessage,
    CaseMessageSent,
    permission="case.message",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("Message on a case"),
    decide=_decide_send,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_send(tx: Transaction, entry: Entry[SendCaseMessage, CaseMessageSent]) -> None:
    command, decision = entry.command, entry.decision
    tx.insert(
        "case_messages",
        id=decision.message,
        case_number=command.case,
        sender=decision.sender,
        sender_organ=decision.organ,
        sent_by=entry.moment.actor.id,
        sent_at=entry.moment.corrected_at,
        addressee=command.addressee,
        organ=command.organ if command.addressee == ORGAN else "",
        text=command.personal.text if command.personal is not None else None,
        read_at=None,
        read_by="",
    )
    mark_case_changed(tx, command.case)


def list_unread_messages(tx: Transaction, number: str, reader: str, organ: str = "") -> list[Row]:
    """Return the messages on a case to a kind of reader that were not read, oldest first."""
    rows = tx.select("case_messages", case_number=number, addressee=reader, organ=organ, order=("sent_at", "id"))
    return [row for row in rows if row["read_at"] is None]


def name_sheet(message: Row) -> str:
    """Return the id of the paper of a message: that of the message, with the kind after the number of the case."""
    number = message["case_number"]
    return f"{number}-{MESSAGE_SHEET}{message['id'].removeprefix(number)}"


def find_message_of_sheet(paper: str) -> str:
    """Return the id of the message that a paper has."""
    return paper.replace(f"-{MESSAGE_SHEET}-", "-", 1)


def store_delivery(tx: Transaction, paper: str, kind: str, at: int, staff: str) -> None:
    """Record that a message was handed to the citizen on paper, unless it was shown before; others do nothing.

    `at` is in microseconds UTC.
    """
    message = tx.get("case_messages", id=find_message_of_sheet(paper)) if kind == MESSAGE_SHEET else None
    if message is not None and message["read_at"] is None:
        tx.update("case_messages", {"id": message["id"]}, read_at=at, read_by=staff)


def _decide_read(tx: Transaction, command: MarkCaseMessagesRead, moment: Moment) -> CaseMessagesRead:
    case = _get_open_case(tx, command.case)
    _require_part(tx, case, moment)
    is_officer = moment.actor.role == Role.OFFICER
    if is_officer != (command.reader == ORGAN):
        raise Refused("reader", "This message is for somebody else.")
    organ = (moment.actor.organ or "") if is_officer else ""
    unread = list_unread_messages(tx, command.case, command.reader, organ)
    return CaseMessagesRead(messages=tuple(row["id"] for row in unread))


@RULES.register(
    MarkCaseMessagesRead,
    CaseMessagesRead,
    permission="case.read_messages",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("Messages on a case read"),
    decide=_decide_read,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply_read(tx: Transaction, entry: Entry[MarkCaseMessagesRead, CaseMessagesRead]) -> None:
    read = {"read_at": entry.moment.corrected_at, "read_by": entry.moment.actor.id}
    for message in entry.decision.messages:
        tx.update("case_messages", {"id": message}, **read)
    mark_case_changed(tx, entry.command.case)
