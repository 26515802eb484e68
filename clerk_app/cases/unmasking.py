"""Unmasking: screens mask names, numbers and telephones of a case until somebody states why they need them in full."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

PURPOSES = {
    "review": mark("to check the application"),
    "identity": mark("to compare with an identity document"),
    "contact": mark("to reach the citizen"),
    "dispute": mark("for a complaint or an appeal"),
}
"""Purposes of unmasking by stored id."""

RULES = RuleSet()


class Unmasked(CommandDecision, frozen=True, kw_only=True):
    """The data may be shown in full to the actor."""

    stored_name: ClassVar[str] = "Unmasked"


class UnmaskCase(Command[Unmasked], frozen=True, kw_only=True):
    """Records that a staff member reads the names and numbers of a case in full, for a purpose of PURPOSES."""

    stored_name: ClassVar[str] = "Unmask"
    case: str
    purpose: str
    visit: str = ""  # in which somebody asked about the case; empty without one, and in entries of earlier versions


def _decide(tx: Transaction, command: UnmaskCase, moment: Moment) -> Unmasked:
    case = read_case(tx, command.case)
    if command.purpose not in PURPOSES:
        raise Refused("purpose", "State for which purpose the data is needed.")
    if moment.actor.role == Role.OFFICER:
        if not any(task["owner"] == moment.actor.id for task in case.tasks):
            raise Refused("not_held", "You do not hold a task of this case: claim it first.")
    else:
        is_supervisor = moment.actor.role == Role.SUPERVISOR
        require_site(tx, moment, case.row, *(task["organ"] for task in case.tasks if is_supervisor))
    return Unmasked()


@RULES.register(
    UnmaskCase,
    Unmasked,
    permission="case.unmask",
    roles=(Role.CLERK, Role.OFFICER, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT, MachineKind.SUPERVISOR),
    label=mark("Names and numbers read in full"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[UnmaskCase, Unmasked]) -> None:
    record_visit_case(tx, entry.command.visit, entry.command.case, "question", entry.moment.corrected_at)
    mark_case_changed(tx, entry.command.case)  # the history of the case has a new line
