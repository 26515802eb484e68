"""Opening of an application: its content goes to one window. It is returned if no case or answer follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from clerk_app.cases.applications.content import (
    OPENED,
    RECEIVED,
    get_open_application,
    has_ended,
    mark_application_changed,
)
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()

VISIT, REVIEW = "visit", "review"
OPENING_PURPOSES = {
    VISIT: mark("the applicant is at the window"),
    REVIEW: mark("the application is examined without the applicant"),
}
"""Purposes of an opening by stored id, as message ids."""
RETURNED_AFTER = 86_400_000_000
"""Microseconds after the opening of an application at a window until it is returned."""


class ApplicationOpened(CommandDecision, frozen=True, kw_only=True):
    """The machine that gets the content, and the one that had it before; empty without one."""

    stored_name: ClassVar[str] = "ApplicationOpened"
    node: str
    before: str = ""


class OpenApplication(Command[ApplicationOpened], frozen=True, kw_only=True):
    """Asks the authority for the content of an application, for a purpose of OPENING_PURPOSES; this is recorded."""

    stored_name: ClassVar[str] = "OpenApplication"
    application: str
    purpose: str


class ApplicationReturned(CommandDecision, frozen=True, kw_only=True):
    """The machine that does not hold the content any more."""

    stored_name: ClassVar[str] = "ApplicationReturned"
    node: str


class ReturnApplication(Command[ApplicationReturned], frozen=True, kw_only=True):
    """Returns an opened application to those that wait; the machine loses its content."""

    stored_name: ClassVar[str] = "ReturnApplication"
    application: str


def _decide_open(tx: Transaction, command: OpenApplication, moment: Moment) -> ApplicationOpened:
    row = get_open_application(tx, command.application)
    if command.purpose not in OPENING_PURPOSES:
        raise Refused("purpose", "State for what purpose the application is opened.")
    return ApplicationOpened(node=node_of_chain(moment.node), before=row["opened_node"])


@RULES.register(
    OpenApplication,
    ApplicationOpened,
    permission="application.open",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Opening of an application"),
    decide=_decide_open,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
    placement=Placement.REMOTE,
)
def _apply_open(tx: Transaction, entry: Entry[OpenApplication, ApplicationOpened]) -> None:
    number, opened = entry.command.application, entry.decision
    if has_ended(tx, number):
        return
    tx.update(
        "applications",
        {"number": number},
        state=OPENED,
        opened_at=entry.decided_at,
        opened_node=opened.node,
        opened_by=entry.moment.actor.id,
        purpose=entry.command.purpose,
    )
    mark_application_changed(tx, number, opened.node, opened.before)


def list_due_returns(tx: Transaction, now: int, key: str) -> Iterator[ReturnApplication]:
    """Yield commands for the applications after `key` that were opened a day ago and led to nothing."""
    for row in tx.query_all("applications.opened_before", before=now - RETURNED_AFTER, key=key):
        yield ReturnApplication(application=row["number"])


def _decide_return(tx: Transaction, command: ReturnApplication, moment: Moment) -> ApplicationReturned:
    row = get_open_application(tx, command.application)
    if row["state"] != OPENED:
        raise Refused("state", "Application {number} is not opened.", number=command.application)
    is_due = row["opened_at"] < moment.decided_at - RETURNED_AFTER
    if moment.actor.role == Role.SCHEDULE and not is_due:
        raise Refused("state", "Application {number} was opened less than a day ago.", number=command.application)
    if moment.actor.role == Role.CLERK and row["opened_node"] != node_of_chain(moment.node):
        raise Refused("other_place", "Application {number} is open at another window.", number=command.application)
    return ApplicationReturned(node=row["opened_node"])


@RULES.register(
    ReturnApplication,
    ApplicationReturned,
    permission="application.return",
    roles=(Role.CLERK, Role.SCHEDULE),
    machines=(MachineKind.COUNTER, MachineKind.CENTER),
    label=mark("Return of an application to those that wait"),
    decide=_decide_return,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
    placement=Placement.REMOTE,
)
def _apply_return(tx: Transaction, entry: Entry[ReturnApplication, ApplicationReturned]) -> None:
    number = entry.command.application
    if has_ended(tx, number):
        return
    tx.update("applications", {"number": number}, state=RECEIVED, opened_at=None, opened_node="", opened_by="")
    mark_application_changed(tx, number, entry.decision.node)
