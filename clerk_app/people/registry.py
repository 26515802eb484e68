"""Citizens, organisations and organs as the city knows them."""

from __future__ import annotations

from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, Rule
from db.engines import Transaction


class Registered(Decided, frozen=True, kw_only=True):
    """It is known from now on."""


class PersonDetails(Part, frozen=True, kw_only=True):
    """What is known about a citizen."""

    name: str
    id_number: str
    born: str = ""
    phone: str = ""
    address: str = ""


class RegisterPerson(Command[Registered], frozen=True, kw_only=True):
    """A citizen the city knows; the id says nothing about them."""

    id: str
    id_kind: str = "resident"  # resident identity card, GB 11643
    personal: PersonDetails | None = None


class RegisterOrganisation(Command[Registered], frozen=True, kw_only=True):
    """An enterprise or other body, by its unified social credit code (GB 32100)."""

    id: str
    name: str
    credit_code: str
    address: str = ""


class RegisterOrgan(Command[Registered], frozen=True, kw_only=True):
    """A department whose queue is a scope of its own."""

    id: str
    name_zh: str
    name_en: str
    level: str
    parent: str | None = None


def _decide(_: Transaction, __: Command[Registered], ___: Moment) -> Registered:
    return Registered()


def _apply_person(tx: Transaction, entry: Entry[Registered]) -> None:
    command: RegisterPerson = entry.command
    known = command.personal
    tx.put(
        "persons",
        ("id",),
        id=command.id,
        id_kind=command.id_kind,
        name=known and known.name,
        id_number=known and known.id_number,
        born=known and known.born,
        phone=known and known.phone,
        address=known and known.address,
        registered_at=entry.at,
    )


def _apply_organisation(tx: Transaction, entry: Entry[Registered]) -> None:
    command: RegisterOrganisation = entry.command
    tx.put(
        "organisations",
        ("id",),
        id=command.id,
        name=command.name,
        credit_code=command.credit_code,
        address=command.address,
        registered_at=entry.at,
    )


def _apply_organ(tx: Transaction, entry: Entry[Registered]) -> None:
    command: RegisterOrgan = entry.command
    tx.put(
        "organs",
        ("id",),
        id=command.id,
        name_zh=command.name_zh,
        name_en=command.name_en,
        level=command.level,
        parent=command.parent,
    )
    tx.touch("city", f"organ/{command.id}")


REGISTRY_RULES = (
    Rule(
        RegisterPerson,
        Registered,
        permission="person.register",
        decide=_decide,
        apply=_apply_person,
        stream=lambda command, _: f"person/{command.id}",
    ),
    Rule(
        RegisterOrganisation,
        Registered,
        permission="person.register",
        decide=_decide,
        apply=_apply_organisation,
        stream=lambda command, _: f"organisation/{command.id}",
    ),
    Rule(
        RegisterOrgan,
        Registered,
        permission="organ.register",
        decide=_decide,
        apply=_apply_organ,
        stream=lambda command, _: f"organ/{command.id}",
    ),
)
