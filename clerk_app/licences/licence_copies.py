"""Printed copies of licences for a stated purpose, with an expiry. Each is recorded before it is printed."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.licences.shared_materials import get_running_visit
from clerk_app.locales import mark
from db.engines import Transaction

COPY_PURPOSES = {
    "own": mark("the holder's own file"),
    "bank": mark("a bank"),
    "notary": mark("a notary"),
    "school": mark("a school"),
    "employer": mark("an employer"),
    "housing": mark("renting or buying a home"),
}
"""Purposes for which a copy is printed."""

RULES = RuleSet()
_PREFIX = "LC-"
_DIGITS = 10


class LicenceCopied(CommandDecision, frozen=True, kw_only=True):
    """The number of the copy, and the last moment at which it is valid (microseconds UTC)."""

    stored_name: ClassVar[str] = "LicenceCopied"
    number: str
    expires_at: int


class CopyLicence(Command[LicenceCopied], frozen=True, kw_only=True):
    """Records that a copy of a licence is printed in a visit, for a purpose of COPY_PURPOSES.

    `one_thing` is the purpose for which the citizen agreed to the use of the licence; `case` is the case to whose
    papers the copy belongs, empty without one.
    """

    stored_name: ClassVar[str] = "CopyLicence"
    licence: str
    visit: str
    purpose: str
    one_thing: str
    case: str = ""


def name_copy(licence: str, moment: Moment) -> str:
    """Return the number of a copy that is made by a command, such as LC-0A1B2C3D4E."""
    return _PREFIX + sha256(f"{licence} {moment.key}".encode()).hexdigest()[:_DIGITS].upper()


def _decide(tx: Transaction, command: CopyLicence, moment: Moment) -> LicenceCopied:
    if command.purpose not in COPY_PURPOSES:
        raise Refused("purpose", "A copy is printed for a purpose of the list.")
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    consent = tx.get("consents", visit=command.visit, licence=command.licence, purpose=command.one_thing)
    if consent is None or consent["given_at"] is None:
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    if consent["released_at"] is None:
        raise Refused("unreleased", "Agreed to, but not released by the center yet: F8.")
    days = timedelta(days=read_policy(tx).licence_copy_days)
    return LicenceCopied(
        number=name_copy(command.licence, moment),
        expires_at=moment.corrected_at + int(days.total_seconds()) * 1_000_000,
    )


@RULES.register(
    CopyLicence,
    LicenceCopied,
    permission="licence.copy",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Copy of a licence"),
    decide=_decide,
    stream=lambda command, _: f"licence/{command.licence}",
)
def _apply(_: Transaction, __: Entry[CopyLicence, LicenceCopied]) -> None:
    """Change no row: the entry is the record of the copy."""
