"""Citizens, organisations and organs as the city knows them."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class Registered(CommandDecision, frozen=True, kw_only=True):
    """It is known from now on."""

    stored_name: ClassVar[str] = "Registered"


class PersonDetails(MessagePart, frozen=True, kw_only=True):
    """What is known about a citizen."""

    name: str
    id_number: str
    born: str = ""
    phone: str = ""
    address: str = ""


class RegisterPerson(Command[Registered], frozen=True, kw_only=True):
    """A citizen the city knows; the id says nothing about them."""

    stored_name: ClassVar[str] = "RegisterPerson"
    id: str
    id_kind: str = "resident"  # resident identity card, GB 11643
    personal: PersonDetails | None = None


class RegisterOrganisation(Command[Registered], frozen=True, kw_only=True):
    """An enterprise or other body, by its unified social credit code (GB 32100)."""

    stored_name: ClassVar[str] = "RegisterOrganisation"
    id: str
    name: str
    credit_code: str
    address: str = ""


class RegisterOrgan(Command[Registered], frozen=True, kw_only=True):
    """A department whose queue is a scope of its own."""

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
)
def _apply_person(tx: Transaction, entry: Entry[RegisterPerson, Registered]) -> None:
    command: RegisterPerson = entry.command
    known = command.personal
    tx.upsert(
        "persons",
        ("id",),
        id=command.id,
        id_kind=command.id_kind,
        name=known and known.name,
        id_number=known and known.id_number,
        born=known and known.born,
        phone=known and known.phone,
        address=known and known.address,
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
)
def _apply_organisation(tx: Transaction, entry: Entry[RegisterOrganisation, Registered]) -> None:
    command: RegisterOrganisation = entry.command
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
    command: RegisterOrgan = entry.command
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
