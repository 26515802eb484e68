"""Assignment of an application that waits to a window, by a supervisor."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.applications.content import get_open_application, mark_application_changed
from clerk_app.cases.checks import require_place
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class ApplicationAssigned(CommandDecision, frozen=True, kw_only=True):
    """The machine at which the application is open; empty without one."""

    stored_name: ClassVar[str] = "ApplicationAssigned"
    node: str = ""


class AssignApplication(Command[ApplicationAssigned], frozen=True, kw_only=True):
    """Gives an application to a window of the supervisor's site, which is to accept or answer it."""

    stored_name: ClassVar[str] = "AssignApplication"
    application: str
    window: str


def _decide(tx: Transaction, command: AssignApplication, moment: Moment) -> ApplicationAssigned:
    row = get_open_application(tx, command.application)
    window = tx.get("windows", id=command.window)
    if window is None:
        raise Refused("window", "There is no window {window}.", window=command.window[:60])
    require_place(moment.actor, window["organ"])
    return ApplicationAssigned(node=row["opened_node"])


@RULES.register(
    AssignApplication,
    ApplicationAssigned,
    permission="application.assign",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Assignment of an application to a window"),
    decide=_decide,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[AssignApplication, ApplicationAssigned]) -> None:
    number = entry.command.application
    tx.update("applications", {"number": number}, assigned_window=entry.command.window)
    mark_application_changed(tx, number, entry.decision.node)
