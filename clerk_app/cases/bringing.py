"""A case goes on at the centre that the citizen came to: what was begun at one window is ended at any other."""

from __future__ import annotations

from clerk_app.cases.asking import Factor, known_by
from clerk_app.cases.queue import tell
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Reach, Rule
from db.engines import Transaction


class CaseBrought(Decided, frozen=True, kw_only=True):
    """Which centre answers for the case from now on, and which did before."""

    centre: str
    before: str


class BringCase(Command[CaseBrought], frozen=True, kw_only=True):
    """The citizen is at this window with a case of another centre."""

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


def _apply(tx: Transaction, entry: Entry[CaseBrought]) -> None:
    """Papers that are still to be printed come out where the citizen is."""
    command, made = entry.command, entry.decision
    tx.change("cases", {"number": command.case}, centre=made.centre, window_id=command.window)
    tx.change("notices", {"case_number": command.case, "state": "pending"}, window_id=command.window)
    tx.touch(f"organ/{made.before}", f"case/{command.case}")
    tell(tx, command.case)


BRINGING_RULES = (
    Rule(
        BringCase,
        CaseBrought,
        permission="case.bring",
        decide=_decide,
        apply=_apply,
        stream=lambda command, _: f"case/{command.case}",
        reach=Reach.ASKED,
    ),
)
