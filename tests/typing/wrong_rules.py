"""Registrations that the type checker must reject.

mypy runs with `warn_unused_ignores`: when one of these is accepted, its ignore is unused and `make check` fails.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import ANY_MACHINE, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from db.engines import Transaction

RULES = RuleSet()


class Opened(CommandDecision, frozen=True, kw_only=True):
    """Decision on `Open`."""

    stored_name: ClassVar[str] = "Opened"


class Open(Command[Opened], frozen=True, kw_only=True):
    """Command whose rule is registered wrongly below."""

    stored_name: ClassVar[str] = "Open"


class Closed(CommandDecision, frozen=True, kw_only=True):
    """Decision on `Close`."""

    stored_name: ClassVar[str] = "Closed"


class Close(Command[Closed], frozen=True, kw_only=True):
    """Command whose `decide` and `apply` are given to `Open`."""

    stored_name: ClassVar[str] = "Close"


def decide_open(_: Transaction, __: Open, ___: Moment) -> Opened:
    """Decide `Open`."""
    return Opened()


def decide_close(_: Transaction, __: Close, ___: Moment) -> Closed:
    """Decide `Close`."""
    return Closed()


@RULES.register(  # type: ignore[arg-type]  # `apply` of another command
    Open,
    Opened,
    permission="open",
    roles=(Role.CLERK,),
    machines=ANY_MACHINE,
    label="Open",
    decide=decide_open,
    stream=lambda _, __: "stream",
)
def apply_close(_: Transaction, __: Entry[Close, Closed]) -> None:
    """Apply `Close`."""


@RULES.register(
    Open,
    Opened,
    permission="open",
    roles=(Role.CLERK,),
    machines=ANY_MACHINE,
    label="Open",
    decide=decide_close,  # type: ignore[arg-type]  # `decide` of another command
    stream=lambda _, __: "stream",
)
def apply_open(_: Transaction, __: Entry[Open, Opened]) -> None:
    """Apply `Open`."""
