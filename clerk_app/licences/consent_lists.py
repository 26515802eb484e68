"""The list of what a citizen agreed to, printed for their signature. Its number identifies what was signed."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.licences.shared_materials import get_running_visit, mark_visit_changed
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()
_PREFIX = "CL-"
_DIGITS = 10


class ConsentListPrinted(CommandDecision, frozen=True, kw_only=True):
    """The number of the list."""

    stored_name: ClassVar[str] = "ConsentListPrinted"
    list_number: str


class RecordConsentList(Command[ConsentListPrinted], frozen=True, kw_only=True):
    """Record that the list of these licences, agreed to for `purpose` in a visit, was printed for the signature."""

    stored_name: ClassVar[str] = "PrintConsentList"
    visit: str
    licences: tuple[str, ...]
    purpose: str


def compute_list_number(visit: str, purpose: str, licences: Iterable[str]) -> str:
    """Return the number of a list, which is different for every other content."""
    content = msgspec.json.encode([visit, purpose, sorted(set(licences))])
    return _PREFIX + sha256(content).hexdigest()[:_DIGITS].upper()


def _decide(tx: Transaction, command: RecordConsentList, moment: Moment) -> ConsentListPrinted:
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    rows = tx.select("consents", visit=command.visit, purpose=command.purpose)
    agreed = {row["licence"] for row in rows if row["given_at"] is not None}
    if not command.licences or not set(command.licences) <= agreed:
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    return ConsentListPrinted(list_number=compute_list_number(command.visit, command.purpose, command.licences))


@RULES.register(
    RecordConsentList,
    ConsentListPrinted,
    permission="licence.fetch",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Print of a consent list"),
    decide=_decide,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply(tx: Transaction, entry: Entry[RecordConsentList, ConsentListPrinted]) -> None:
    visit = entry.command.visit
    for licence in entry.command.licences:
        tx.update("consents", {"visit": visit, "licence": licence}, list_number=entry.decision.list_number)
    mark_visit_changed(tx, visit)
