"""The object of a matter: the vehicle, ship, child, address or name that the catalogue's `identified_by` names.

Only a digest of the identifying values is kept, and is removed with the personal data of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

from clerk_app.catalogue.terms import NUMBER_KINDS
from clerk_app.ledger.commands import MessagePart
from clerk_app.text.folding import fold_code, fold_text
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import PlannedMatter


class IdentifiedObject(MessagePart, frozen=True, kw_only=True):
    """A matter of a case, and the fields whose values identify its object."""

    matter: str
    fields: tuple[str, ...]


class ObjectKey(MessagePart, frozen=True, kw_only=True):
    """The digest of the object of a matter. `certain`: it is made of numbers, so that another one is another object."""

    matter: str
    key: str
    certain: bool = False


def list_objects(matters: Iterable[PlannedMatter], values: Mapping[str, str]) -> tuple[IdentifiedObject, ...]:
    """Return the objects of the matters that apply, where all identifying values are given."""
    return tuple(
        IdentifiedObject(matter=planned.id, fields=planned.matter.identified_by)
        for planned in matters
        if planned.inapplicable_reason is None
        and planned.matter.identified_by
        and all(values.get(name) for name in planned.matter.identified_by)
    )


def list_object_keys(
    matters: Iterable[PlannedMatter], fields: Iterable[Field], values: Mapping[str, str]
) -> tuple[ObjectKey, ...]:
    """Return the keys of the objects of an application."""
    numbers = {field.id for field in fields if field.kind in NUMBER_KINDS}
    return tuple(
        ObjectKey(matter=found.matter, key=compute_object_key(found, values), certain=numbers.issuperset(found.fields))
        for found in list_objects(matters, values)
    )


def compute_object_key(found: IdentifiedObject, values: Mapping[str, str]) -> str:
    """Return the digest of an object; differences of width, spaces and separators do not count."""
    parts = (f"{name}={fold_code(fold_text(values.get(name, ''))).casefold()}" for name in found.fields)
    return sha256("\x1f".join(parts).encode()).hexdigest()


def write_objects(tx: Transaction, number: str, objects: Iterable[IdentifiedObject], values: Mapping[str, str]) -> None:
    """Store the objects of a case; without its personal values there are none."""
    key = ("case_number", "matter")
    rows = [(number, found.matter, compute_object_key(found, values)) for found in objects if values]
    tx.upsert_many("case_objects", key, (*key, "digest"), rows)


def remove_objects(tx: Transaction, number: str) -> None:
    """Remove the objects of a case."""
    tx.delete("case_objects", case_number=number)
