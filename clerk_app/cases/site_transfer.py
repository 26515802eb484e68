"""A case goes on at the centre that the citizen came to: what was begun at one window is ended at any other."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.status_query import SecondFactor, get_verified_case
from clerk_app.cases.tasks.queue import mark_case_changed
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class CaseTransferred(CommandDecision, frozen=True, kw_only=True):
    """Which centre answers for the case from now on, and which did before."""

    stored_name: ClassVar[str] = "CaseBrought"
    site: str = msgspec.field(name="centre")
    previous_site: str = msgspec.field(name="before")


class TransferCase(Command[CaseTransferred], frozen=True, kw_only=True):
    """The citizen is at this window with a case of another centre."""

    stored_name: ClassVar[str] = "BringCase"
    case: str
    window: str
    personal: SecondFactor | None = None


def _decide(tx: Transaction, command: TransferCase, moment: Moment) -> CaseTransferred:
    centre = moment.actor.organ or ""
    window = tx.get("windows", id=command.window)
    if window is None or not centre or window["organ"] != centre:
        raise Refused("window", "This window belongs to another centre.")
    case = get_verified_case(tx, command.case, command.personal)
    if case["centre"] == centre:
        raise Refused("here", "Case {number} is at this centre already.", number=command.case)
    if case["state"] == "archived":
        raise Refused("archived", "Case {number} is archived. Nothing of it changes any more.", number=command.case)
    return CaseTransferred(site=centre, previous_site=case["centre"])


@RULES.register(
    TransferCase,
    CaseTransferred,
    permission="case.bring",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Bringing a case here"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    reach=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[TransferCase, CaseTransferred]) -> None:
    """Papers that are still to be printed come out where the citizen is."""
    command, made = entry.command, entry.decision
    tx.update("cases", {"number": command.case}, centre=made.site, window_id=command.window)
    tx.update("notices", {"case_number": command.case, "state": "pending"}, window_id=command.window)
    tx.mark_changed(f"organ/{made.previous_site}", f"case/{command.case}")
    mark_case_changed(tx, command.case)
