"""The applications that wait for an answer, as a window lists them: without content, the one that is due first on top.

The authority answers; the question is recorded like other acts.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

RULES = RuleSet()
MOST_LISTED = 60


class WaitingApplication(MessagePart, frozen=True, kw_only=True):
    """An application without its content. `due_at` is in microseconds UTC; `findings` counts those on arrival.

    `opened_by` is the staff id of the clerk who has opened it, `window` the one to which a supervisor gave it.
    """

    number: str
    source: str
    one_thing: str
    catalogue: str
    version: int
    state: str
    received_on: str
    due_at: int
    due_expected: bool = False
    findings: int = 0
    opened_by: str = ""
    window: str = ""


class ApplicationsListed(CommandDecision, frozen=True, kw_only=True):
    """The MOST_LISTED applications that are due first, and how many wait in all."""

    stored_name: ClassVar[str] = "ApplicationsListed"
    applications: tuple[WaitingApplication, ...]
    total: int


class ListApplications(Command[ApplicationsListed], frozen=True, kw_only=True):
    """Asks the authority for the applications that wait for an answer."""

    stored_name: ClassVar[str] = "ListApplications"


def _decide(tx: Transaction, _command: ListApplications, _moment: Moment) -> ApplicationsListed:
    return list_waiting(tx)


def list_waiting(tx: Transaction) -> ApplicationsListed:
    """Return the applications that wait in this store, the one that is due first on top."""
    rows = tx.query_all("applications.waiting", many=MOST_LISTED)
    count = tx.query_one("applications.count_waiting")
    return ApplicationsListed(
        applications=tuple(map(describe_waiting, rows)), total=int(count["many"]) if count is not None else 0
    )


def describe_waiting(row: Row) -> WaitingApplication:
    """Return an application that waits, from its row."""
    return WaitingApplication(
        number=row["number"],
        source=row["source"],
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        version=row["catalogue_version"],
        state=row["state"],
        received_on=row["received_on"],
        due_at=row["due_at"],
        due_expected=bool(row["due_expected"]),
        findings=len(decode_json_list(row["report"])),
        opened_by=row["opened_by"],
        window=row["assigned_window"],
    )


@RULES.register(
    ListApplications,
    ApplicationsListed,
    permission="application.list",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("List of the applications that wait"),
    decide=_decide,
    stream=lambda _command, _decision: "applications/list",
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply(_tx: Transaction, _entry: Entry[ListApplications, ApplicationsListed]) -> None:
    """Write nothing."""
