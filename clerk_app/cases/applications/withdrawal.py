"""Withdrawal of an application by its applicant, in the portal or at a window, before it was accepted or answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from clerk_app.cases.applications.content import WITHDRAWN, get_open_application, has_ended, mark_application_changed
from clerk_app.cases.checks import require_reason
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.text.appointment_codes import digest_appointment_code
from db.engines import Transaction

RULES = RuleSet()
_MAX_REASON = 2_000  # characters


class CancelledSlot(MessagePart, frozen=True, kw_only=True):
    """An appointment that is cancelled with its application, and its hall."""

    appointment: str
    hall: str


class ApplicationWithdrawn(CommandDecision, frozen=True, kw_only=True):
    """The machine that held the content; empty without one. `appointments` are those that are cancelled."""

    stored_name: ClassVar[str] = "ApplicationWithdrawn"
    node: str = ""
    appointments: tuple[CancelledSlot, ...] = ()


class WithdrawApplication(Command[ApplicationWithdrawn], frozen=True, kw_only=True):
    """Ends an application that its applicant withdraws.

    `portal` is the node through which it was withdrawn; empty at a window, where `reason` states how the applicant did
    so.
    """

    stored_name: ClassVar[str] = "WithdrawApplication"
    application: str
    portal: str = ""
    reason: str = ""


def _decide(tx: Transaction, command: WithdrawApplication, moment: Moment) -> ApplicationWithdrawn:
    row = get_open_application(tx, command.application)
    if len(command.reason) > _MAX_REASON:
        raise Refused("reason", "A reason has at most {limit} characters.", limit=_MAX_REASON)
    if moment.actor.role == Role.CLERK:
        require_reason(command.reason)
        if row["opened_node"] != node_of_chain(moment.node):
            raise Refused("other_place", "Application {number} is open at another window.", number=command.application)
    elif row["portal"] != command.portal:
        raise Refused("source", "A portal withdraws the applications that it has sent.")
    return ApplicationWithdrawn(node=row["opened_node"], appointments=tuple(_list_booked(tx, command.application)))


def _list_booked(tx: Transaction, number: str) -> Iterator[CancelledSlot]:
    """Yield the appointments whose code is the number of an application and for which nobody has come."""
    for hall in [row["hall"] for row in tx.query_all("hall.halls")]:
        code = digest_appointment_code(hall, number)
        for row in tx.select("appointments", hall=hall, code=code, state="booked", order=("id",)):
            yield CancelledSlot(appointment=row["id"], hall=hall)


@RULES.register(
    WithdrawApplication,
    ApplicationWithdrawn,
    permission="application.withdraw",
    roles=(Role.SYSTEM, Role.CLERK),
    machines=(MachineKind.CENTER, MachineKind.COUNTER),
    label=mark("Withdrawal of an application"),
    decide=_decide,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application", "appointment"),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[WithdrawApplication, ApplicationWithdrawn]) -> None:
    number = entry.command.application
    if has_ended(tx, number):
        return
    tx.update(
        "applications",
        {"number": number},
        state=WITHDRAWN,
        ended_at=entry.decided_at,
        reason=entry.command.reason,
    )
    for slot in entry.decision.appointments:
        tx.update("appointments", {"id": slot.appointment}, state="cancelled")
        tx.mark_changed(f"hall/{slot.hall}", f"appointment/{slot.appointment}")
    mark_application_changed(tx, number, entry.decision.node)
