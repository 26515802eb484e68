"""A program of a newer version, as a simulated window may have it: a command more, and a field nobody here knows."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import msgspec

from clerk_app.hall.visits import ConfirmPerson
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Rules, RuleSet
from db.engines import Transaction
from tests.simulation.city_files import RULES

_RULES = RuleSet()


class Praised(CommandDecision, frozen=True, kw_only=True):
    """It was heard."""

    stored_name: ClassVar[str] = "Praised"


class Praise(Command[Praised], frozen=True, kw_only=True):
    """A citizen was content. A center of this version has never heard of that."""

    stored_name: ClassVar[str] = "Praise"
    window: str


def _define_newer_confirm_person() -> type[ConfirmPerson]:
    """A command of today with a field of tomorrow; it has today's name, as it would."""

    class Newer(ConfirmPerson, frozen=True, kw_only=True):
        mood: str = ""

    return Newer


_NewerConfirmPerson = _define_newer_confirm_person()
MOOD = "content"


def build_newer_confirm_person(visit: str) -> ConfirmPerson:
    """The clerk has compared the person with the photo, and says more of it than we know."""
    made: ConfirmPerson = msgspec.convert({"visit": visit, "mood": MOOD}, _NewerConfirmPerson)
    return made


def _decide(_: Transaction, __: Praise, ___: Moment) -> Praised:
    return Praised()


@_RULES.register(
    Praise,
    Praised,
    permission="window.open",
    roles=(
        Role.CLERK,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(MachineKind.COUNTER,),
    label="Praise of a window",
    decide=_decide,
    stream=lambda one, _: f"window/{one.window}",
)
def _apply(_: Transaction, __: Entry[Praise, Praised]) -> None:
    """A line in the history only."""


NEWER_RULES = Rules(
    (
        *(replace(rule, command=_NewerConfirmPerson) if rule.command is ConfirmPerson else rule for rule in RULES),
        *_RULES,
    )
)
