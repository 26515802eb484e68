"""Messages of a supervisor to the person at a window, and that they were read.

The text is personal data, because it may name somebody: the schedule erases it after a day (cases/message_erasure.py).
A machine holds the messages to its window; a supervisor's machine holds those of its hall.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.windows import is_lease_valid, require_site
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows, single_row_type
from clerk_app.locales import mark
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction

LONGEST_MESSAGE = 200  # characters

RULES = RuleSet()


class MessageText(MessagePart, frozen=True, kw_only=True):
    """The text of a message, as `clean_text` returns it."""

    text: str


class MessageSent(CommandDecision, frozen=True, kw_only=True):
    """Id of the message, the hall of the window, and who works there and gets the message."""

    stored_name: ClassVar[str] = "MessageSent"
    message: str
    hall: str
    staff: str


class SendMessage(Command[MessageSent], frozen=True, kw_only=True):
    """Sends a message to the person who works at a window."""

    stored_name: ClassVar[str] = "SendMessage"
    window: str
    personal: MessageText | None = None


class MessageRead(CommandDecision, frozen=True, kw_only=True):
    """The hall of the window."""

    stored_name: ClassVar[str] = "MessageRead"
    hall: str


class MarkMessageRead(Command[MessageRead], frozen=True, kw_only=True):
    """Records that the person at the window has read a message."""

    stored_name: ClassVar[str] = "MarkMessageRead"
    message: str


def list_unread_messages(tx: Transaction, window: str, staff: str) -> list[Row]:
    """Return the messages to a person at a window that were not read, oldest first."""
    return tx.query_all("hall.unread_messages", window=window, staff=staff)


def _decide_send(tx: Transaction, command: SendMessage, moment: Moment) -> MessageSent:
    window = tx.get("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    require_site(window, moment)
    text = command.personal.text if command.personal is not None else ""
    if not text or text != clean_text(text):
        raise Refused("text", "The message has no text.")
    if len(text) > LONGEST_MESSAGE:
        raise Refused("length", "A message has at most {count} characters.", count=LONGEST_MESSAGE)
    if not (window["staff"] and is_lease_valid(tx, window, moment.decided_at)) and not moment.already_decided:
        raise Refused("closed", "Nobody works at {window} now.", window=window["name"])
    return MessageSent(message=moment.key, hall=window["hall"], staff=window["staff"] or "")


@RULES.register(
    SendMessage,
    MessageSent,
    permission="message.send",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Message to a window"),
    decide=_decide_send,
    stream=lambda command, sent: f"message/{sent.message}" if sent else f"window/{command.window}",
    documents=("staff_message",),
    placement=Placement.REMOTE,
    keep_personal=False,
)
def _apply_send(tx: Transaction, entry: Entry[SendMessage, MessageSent]) -> None:
    decision = entry.decision
    message = decision.message
    tx.insert(
        "staff_messages",
        id=message,
        hall=decision.hall,
        window_id=entry.command.window,
        staff=decision.staff,
        text=entry.command.personal.text if entry.command.personal is not None else None,
        sent_by=entry.moment.actor.id,
        sent_at=entry.decided_at,
    )
    tx.mark_changed(f"hall/{decision.hall}", f"staff_message/{message}")


def _decide_read(tx: Transaction, command: MarkMessageRead, moment: Moment) -> MessageRead:
    message = tx.get_for_update("staff_messages", id=command.message)
    if message is None or message["staff"] != moment.actor.id:
        raise Refused("message", "This message is for somebody else.")
    return MessageRead(hall=message["hall"])


@RULES.register(
    MarkMessageRead,
    MessageRead,
    permission="message.read",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER,),
    label=mark("Message read"),
    decide=_decide_read,
    stream=lambda command, _: f"message/{command.message}",
    documents=("staff_message",),
    stands_alone=True,
)
def _apply_read(tx: Transaction, entry: Entry[MarkMessageRead, MessageRead]) -> None:
    message = entry.command.message
    tx.update("staff_messages", {"id": message}, read_at=entry.moment.corrected_at)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"staff_message/{message}")


_ROW = single_row_type("staff_message", "staff_messages", "id", lambda row: f"hall/{row['hall']}")


def _visible_rows(tx: Transaction, message: str, reader: Reader) -> Rows | None:
    """Return a message whose text is kept to the machine of its window, and to machines of supervisors."""
    rows = _ROW.visible_rows(tx, message, reader)
    if rows is None or rows["staff_messages"][0]["text"] is None:
        return None
    is_own = rows["staff_messages"][0]["window_id"] == reader.window
    return rows if is_own or MachineKind.SUPERVISOR in reader.kinds else None


MESSAGE_DOCUMENT = DocumentType(
    "staff_message",
    _ROW.read_rows,
    _visible_rows,
    _ROW.delete_rows,
    _ROW.list_all,
    machines=frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR}),
)
