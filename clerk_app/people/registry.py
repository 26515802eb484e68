"""Registers of persons, organisations and organs."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class Registered(CommandDecision, frozen=True, kw_only=True):
    """The person, organisation or organ is registered."""

    stored_name: ClassVar[str] = "Registered"


class PersonDetails(MessagePart, frozen=True, kw_only=True):
    """Personal data of a citizen."""

    name: str
    id_number: str
    born: str = ""
    phone: str = ""
    address: str = ""


class RegisterPerson(Command[Registered], frozen=True, kw_only=True):
    """Registers a citizen or replaces their data; the id reveals nothing about them."""

    stored_name: ClassVar[str] = "RegisterPerson"
    id: str
    id_kind: str = "resident"  # resident identity card, GB 11643
    personal: PersonDetails | None = None


class RegisterOrganisation(Command[Registered], frozen=True, kw_only=True):
    """Registers an organisation with its unified social credit code (GB 32100), or replaces its data."""

    stored_name: ClassVar[str] = "RegisterOrganisation"
    id: str
    name: str
    credit_code: str
    address: str = ""


class RegisterOrgan(Command[Registered], frozen=True, kw_only=True):
    """Registers an organ or replaces its data. Each organ has a change feed of its own."""

    stored_name: ClassVar[str] = "RegisterOrgan"
    id: str
    name_zh: str
    name_en: str
    level: str
    parent: str | None = None


def _decide(_: Transaction, __: Command[Registered], ___: Moment) -> Registered:
    return Registered()


@RULES.register(
    RegisterPerson,
    Registered,
    permission="person.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Registration of a person"),
    decide=_decide,
    stream=lambda command, _: f"person/{command.id}",
    placement=Placement.REMOTE,
    keep_call=False,  # machines of administrators hold no data of citizens
)
def _apply_person(tx: Transaction, entry: Entry[RegisterPerson, Registered]) -> None:
    command, details = entry.command, entry.command.personal
    tx.upsert(
        "persons",
        ("id",),
        id=command.id,
        id_kind=command.id_kind,
        name=details and details.name,
        id_number=details and details.id_number,
        born=details and details.born,
        phone=details and details.phone,
        address=details and details.address,
        registered_at=entry.decided_at,
    )


@RULES.register(
    RegisterOrganisation,
    Registered,
    permission="person.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Registration of an organisation"),
    decide=_decide,
    stream=lambda command, _: f"organisation/{command.id}",
    placement=Placement.REMOTE,
    keep_call=False,  # machines of administrators hold no data of citizens
)
def _apply_organisation(tx: Transaction, entry: Entry[RegisterOrganisation, Registered]) -> None:
    command = entry.command
    tx.upsert(
        "organisations",
        ("id",),
        id=command.id,
        name=command.name,
        credit_code=command.credit_code,
        address=command.address,
        registered_at=entry.decided_at,
    )


@RULES.register(
    RegisterOrgan,
    Registered,
    permission="organ.register",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Registration of an organ"),
    decide=_decide,
    stream=lambda command, _: f"organ/{command.id}",
    documents=("organ",),
)
def _apply_organ(tx: Transaction, entry: Entry[RegisterOrgan, Registered]) -> None:
    command = entry.command
    tx.upsert(
        "organs",
        ("id",),
        id=command.id,
        name_zh=command.name_zh,
        name_en=command.name_en,
        level=command.level,
        parent=command.parent,
    )
    tx.mark_changed("city", f"organ/{command.id}")
