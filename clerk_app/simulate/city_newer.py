"""A program of a newer version, as a simulated window may have it: a command more, and a field nobody here knows."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from clerk_app.hall.visits import ConfirmPerson
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Rule, Rules
from clerk_app.simulate.city_founding import RULES
from db.engines import Transaction


class Praised(Decided, frozen=True, kw_only=True):
    """It was heard."""


class Praise(Command[Praised], frozen=True, kw_only=True):
    """A citizen was content. A center of this version has never heard of that."""

    window: str


def _confirming() -> type[ConfirmPerson]:
    """A command of today with a field of tomorrow; it has today's name, as it would."""

    class Newer(ConfirmPerson, frozen=True, kw_only=True):
        mood: str = ""

    Newer.__name__ = Newer.__qualname__ = ConfirmPerson.__name__
    return Newer


_Newer = _confirming()
MOOD = "content"


def confirming(visit: str) -> ConfirmPerson:
    """The clerk has compared the person with the photo, and says more of it than we know."""
    made: ConfirmPerson = msgspec.convert({"visit": visit, "mood": MOOD}, _Newer)
    return made


def _decide(_: Transaction, __: Praise, ___: Moment) -> Praised:
    return Praised()


def _apply(_: Transaction, __: Entry[Praised]) -> None:
    """A line in the history only."""


PRAISE = Rule(
    Praise,
    Praised,
    permission="window.open",
    decide=_decide,
    apply=_apply,
    stream=lambda one, _: f"window/{one.window}",
)
NEWER_RULES = Rules(
    (*(replace(rule, command=_Newer) if rule.command is ConfirmPerson else rule for rule in RULES), PRAISE)
)
