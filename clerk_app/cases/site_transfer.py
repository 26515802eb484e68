"""Transfer of a case to the service centre (site) where the citizen is, so that any window can complete it."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.received_records import move_record
from clerk_app.cases.status_query import SecondFactor, count_wrong_factor, get_verified_case
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.tries import SECOND_FACTOR, clear_failures
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class CaseTransferred(CommandDecision, frozen=True, kw_only=True):
    """The site that is responsible for the case from now on, and the previous site."""

    stored_name: ClassVar[str] = "CaseBrought"
    site: str = msgspec.field(name="centre")
    previous_site: str = msgspec.field(name="before")


class TransferCase(Command[CaseTransferred], frozen=True, kw_only=True):
    """Moves a case from another site to the site of this window, if the citizen gives the correct second factor."""

    stored_name: ClassVar[str] = "BringCase"
    case: str
    window: str
    personal: SecondFactor | None = None


def _decide(tx: Transaction, command: TransferCase, moment: Moment) -> CaseTransferred:
    site = moment.actor.organ or ""
    window = tx.get("windows", id=command.window)
    if window is None or not site or window["organ"] != site:
        raise Refused("window", "This window belongs to another service centre.")
    case = get_verified_case(tx, command.case, command.personal, moment)
    if case["centre"] == site:
        raise Refused("here", "Case {number} is at this service centre already.", number=command.case)
    if case["state"] == "archived":
        raise Refused("archived", "Case {number} is archived and can no longer be changed.", number=command.case)
    return CaseTransferred(site=site, previous_site=case["centre"])


@RULES.register(
    TransferCase,
    CaseTransferred,
    permission="case.bring",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Bringing a case here"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
    placement=Placement.REMOTE,
    apply_refusal=count_wrong_factor,
)
def _apply(tx: Transaction, entry: Entry[TransferCase, CaseTransferred]) -> None:
    command, decision = entry.command, entry.decision
    clear_failures(tx, SECOND_FACTOR, command.case)
    tx.update("cases", {"number": command.case}, centre=decision.site, window_id=command.window)
    # notices that are not printed yet are printed at the window where the citizen is
    tx.update("notices", {"case_number": command.case, "state": "pending"}, window_id=command.window)
    tx.mark_changed(f"organ/{decision.previous_site}", f"case/{command.case}")
    move_record(tx, command.case, decision.site)
    mark_case_changed(tx, command.case)
