"""A program of a newer version at a simulated window: it has one command more, and an unknown field in another."""

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
    """The praise was recorded."""

    stored_name: ClassVar[str] = "Praised"


class Praise(Command[Praised], frozen=True, kw_only=True):
    """A citizen was content. A center of this version does not know the command."""

    stored_name: ClassVar[str] = "Praise"
    window: str


def _define_newer_confirm_person() -> type[ConfirmPerson]:
    """Define today's command with a field of a newer version, under the same stored name."""

    class Newer(ConfirmPerson, frozen=True, kw_only=True):
        mood: str = ""

    return Newer


_NewerConfirmPerson = _define_newer_confirm_person()
MOOD = "content"


def build_newer_confirm_person(visit: str) -> ConfirmPerson:
    """Return a confirmation of the person with a field that this version does not know."""
    command: ConfirmPerson = msgspec.convert({"visit": visit, "mood": MOOD}, _NewerConfirmPerson)
    return command


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
    stream=lambda command, _: f"window/{command.window}",
)
def _apply(_: Transaction, __: Entry[Praise, Praised]) -> None:
    """Write no table: the entry is only in the log."""


NEWER_RULES = Rules(
    (
        *(replace(rule, command=_NewerConfirmPerson) if rule.command is ConfirmPerson else rule for rule in RULES),
        *_RULES,
    )
)
