"""A newer version of the program at a simulated window: an additional command, and a new field in another one."""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec.structs import replace

from clerk_app.hall.visits import ConfirmPerson
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Rules, RuleSet
from db.engines import Transaction
from tests.simulation.city_files import RULES

_RULES = RuleSet()


class Praised(CommandDecision, frozen=True, kw_only=True):
    """Decision that the praise is recorded."""

    stored_name: ClassVar[str] = "Praised"


class Praise(Command[Praised], frozen=True, kw_only=True):
    """Record that a citizen was content. The command does not exist at a center of the current version."""

    stored_name: ClassVar[str] = "Praise"
    window: str


def _define_newer_confirm_person() -> type[ConfirmPerson]:
    """Define `ConfirmPerson` with an additional field, under the same stored name."""

    class Newer(ConfirmPerson, frozen=True, kw_only=True):
        mood: str = ""

    return Newer


_NewerConfirmPerson = _define_newer_confirm_person()
MOOD = "content"


def build_newer_confirm_person(visit: str) -> ConfirmPerson:
    """Return a `ConfirmPerson` with a field that the current version does not have."""
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
    """Do nothing: praise changes no table, only the log."""


NEWER_RULES = Rules(
    (
        *(replace(rule, command=_NewerConfirmPerson) if rule.command is ConfirmPerson else rule for rule in RULES),
        *_RULES,
    )
)
