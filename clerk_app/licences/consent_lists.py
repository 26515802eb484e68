"""The list of what a party agreed to, printed for their signature. Its number identifies party and content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.licences.shared_materials import get_running_visit, mark_visit_changed
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()
_PREFIX = "CL-"
_DIGITS = 10


class ConsentListPrinted(CommandDecision, frozen=True, kw_only=True):
    """The number of the list."""

    stored_name: ClassVar[str] = "ConsentListPrinted"
    list_number: str


class RecordConsentList(Command[ConsentListPrinted], frozen=True, kw_only=True):
    """Record that the list of these licences, agreed to for `purpose` in a visit, was printed for the signature.

    `person` is the party who agreed, `role` their role; both are empty in the lists of one paper for all parties.
    """

    stored_name: ClassVar[str] = "PrintConsentList"
    visit: str
    licences: tuple[str, ...]
    purpose: str
    person: str = ""
    role: str = ""


def compute_list_number(visit: str, purpose: str, licences: Iterable[str], person: str = "") -> str:
    """Return the number of a list, which is different for every other party and content."""
    content = [visit, purpose, sorted(set(licences))]
    return make_list_number([*content, person] if person else content)


def make_list_number(content: Sequence[object]) -> str:
    """Return the number of a list with a content, as the digest of the content."""
    return _PREFIX + sha256(msgspec.json.encode(content)).hexdigest()[:_DIGITS].upper()


def _decide(tx: Transaction, command: RecordConsentList, moment: Moment) -> ConsentListPrinted:
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    rows = tx.select("consents", visit=command.visit, purpose=command.purpose)
    agreed = {row["licence"] for row in rows if row["given_at"] is not None}
    if not command.licences or not set(command.licences) <= agreed:
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    number = compute_list_number(command.visit, command.purpose, command.licences, command.person)
    return ConsentListPrinted(list_number=number)


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
    command, number = entry.command, entry.decision.list_number
    for licence in command.licences:
        tx.update("consents", {"visit": command.visit, "licence": licence}, list_number=number)
    if command.person:
        tx.upsert(
            "consent_lists",
            ("visit", "number"),
            visit=command.visit,
            number=number,
            purpose=command.purpose,
            person=command.person,
            role=command.role,
            materials=encode_json_list(()),
            printed_at=entry.moment.corrected_at,
            signed_at=None,
            signed_by="",
        )
    mark_visit_changed(tx, command.visit)
