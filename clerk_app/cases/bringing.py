"""A case goes on at the centre that the citizen came to: what was begun at one window is ended at any other."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.asking import Factor, known_by
from clerk_app.cases.queue import tell
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Reach, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class CaseBrought(Decided, frozen=True, kw_only=True):
    """Which centre answers for the case from now on, and which did before."""

    stored_name: ClassVar[str] = "CaseBrought"
    centre: str
    before: str


class BringCase(Command[CaseBrought], frozen=True, kw_only=True):
    """The citizen is at this window with a case of another centre."""

    stored_name: ClassVar[str] = "BringCase"
    case: str
    window: str
    personal: Factor | None = None


def _decide(tx: Transaction, command: BringCase, moment: Moment) -> CaseBrought:
    centre = moment.actor.organ or ""
    window = tx.row("windows", id=command.window)
    if window is None or not centre or window["organ"] != centre:
        raise Refused("window", "This window belongs to another centre.")
    case = known_by(tx, command.case, command.personal)
    if case["centre"] == centre:
        raise Refused("here", "Case {number} is at this centre already.", number=command.case)
    if case["state"] == "archived":
        raise Refused("archived", "Case {number} is archived. Nothing of it changes any more.", number=command.case)
    return CaseBrought(centre=centre, before=case["centre"])


@RULES.register(
    BringCase,
    CaseBrought,
    permission="case.bring",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Bringing a case here"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    reach=Reach.ASKED,
)
def _apply(tx: Transaction, entry: Entry[BringCase, CaseBrought]) -> None:
    """Papers that are still to be printed come out where the citizen is."""
    command, made = entry.command, entry.decision
    tx.change("cases", {"number": command.case}, centre=made.centre, window_id=command.window)
    tx.change("notices", {"case_number": command.case, "state": "pending"}, window_id=command.window)
    tx.touch(f"organ/{made.before}", f"case/{command.case}")
    tell(tx, command.case)
