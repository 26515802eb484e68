"""Erasure of the text of messages to windows, a day after they were sent."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.visit_erasure import KEPT_AFTER_END
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.erasures import EntryReference, erase_personal_part, list_personal_entries
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class MessageErased(CommandDecision, frozen=True, kw_only=True):
    """The hall of the message, and the entry whose personal part is deleted."""

    stored_name: ClassVar[str] = "MessageErased"
    hall: str
    entries: tuple[EntryReference, ...] = ()


class EraseMessage(Command[MessageErased], frozen=True, kw_only=True):
    """Erases the text of a message to a window."""

    stored_name: ClassVar[str] = "EraseMessage"
    message: str


def list_due_message_erasures(tx: Transaction, now: int, many: int) -> list[EraseMessage]:
    """Return commands for messages that were sent a day ago and still have their text, at most `many`."""
    rows = tx.query_all("hall.messages_sent_before", before=now - KEPT_AFTER_END, many=many)
    return [EraseMessage(message=row["id"]) for row in rows]


def _decide(tx: Transaction, command: EraseMessage, moment: Moment) -> MessageErased:
    message = tx.get_for_update("staff_messages", id=command.message)
    if message is None or message["sent_at"] >= moment.decided_at - KEPT_AFTER_END:
        raise Refused("message", "This message was not sent a day ago.")
    return MessageErased(hall=message["hall"], entries=tuple(list_personal_entries(tx, [f"message/{command.message}"])))


@RULES.register(
    EraseMessage,
    MessageErased,
    permission="message.erase",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of a message to a window"),
    decide=_decide,
    stream=lambda command, _: f"message/{command.message}",
    documents=("staff_message",),
)
def _apply(tx: Transaction, entry: Entry[EraseMessage, MessageErased]) -> None:
    for reference in entry.decision.entries:
        erase_personal_part(tx, reference)
    tx.update("staff_messages", {"id": entry.command.message}, text=None)
    tx.mark_changed(f"hall/{entry.decision.hall}", f"staff_message/{entry.command.message}")
