"""Everything that an application lacks for its acceptance, as codes and facts: the list of a one-time notice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.co_signatures import list_unsigned_roles, read_signatures
from clerk_app.cases.completeness import GivenMaterial, find_gaps
from clerk_app.cases.field_differences import find_difference_gaps, find_differences, list_known_values_of, with_reasons
from clerk_app.cases.intake.identity import require_served_applicant
from clerk_app.cases.intake.parties import CaseDetails, find_applicant
from clerk_app.cases.paper_readings import PaperReading, list_paper_values
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import Plan

IDENTITY, FIELD, WRONG, DIFFERENCE, MATERIAL, CONSENT = (
    "identity",
    "field",
    "wrong",
    "difference",
    "material",
    "consent",
)
EXPIRED, VALIDITY, PAGES, SIGNATURE = "expired", "validity", "pages", "signature"
EXCLUSION, MATTERS = "exclusion", "matters"
MISSING_KINDS = frozenset(
    (IDENTITY, FIELD, WRONG, DIFFERENCE, MATERIAL, CONSENT, EXPIRED, VALIDITY, PAGES, SIGNATURE, EXCLUSION, MATTERS)
)


class MissingItem(MessagePart, frozen=True, kw_only=True):
    """Something that is missing or wrong: its kind, and the id of the field, material, role, matter or one thing.

    `matters` are those that need it; empty if it concerns the whole application. `consent` is a material that the city
    holds and to whose use nobody has agreed.
    """

    kind: str
    id: str
    matters: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Kind and id, by which two lists are compared."""
        return f"{self.kind}:{self.id}"


def list_missing(
    tx: Transaction,
    visit: str,
    plan: Plan,
    details: CaseDetails,
    materials: Iterable[GivenMaterial],
    readings: Mapping[str, PaperReading],
    held: Collection[str],
    today: date,
) -> tuple[MissingItem, ...]:
    """Return everything for which an acceptance of the draft would be refused and that the citizen can settle.

    `held` are the materials that the city holds and that are not used. `today` is the local date. What only the clerk
    settles is left out: the comparison with the photo, and reasons for differences, papers and doubles.
    """
    given = tuple(materials)
    items = [MissingItem(kind=IDENTITY, id=role) for role in _find_unidentified(tx, visit, plan, details)]
    users = {f"{FIELD}:{planned.field.id}": planned.needed_by for planned in plan.fields}
    users |= {f"{MATERIAL}:{need.material.id}": need.needed_by for need in plan.materials}
    papers = list_paper_values(plan, readings, given)
    found = find_differences(plan, details.values, list_known_values_of(details), papers)
    differences = find_difference_gaps(plan, with_reasons(found, details.differences))
    gaps = [
        *find_gaps(plan, details.values, given, today),
        *(gap for gap in differences if gap.error is not None),  # for the others a reason of the clerk is enough
    ]
    for gap in gaps:
        kind = CONSENT if gap.kind == MATERIAL and gap.id in held else gap.kind
        concerned = FIELD if gap.field is not None else MATERIAL
        items.append(MissingItem(kind=kind, id=gap.id, matters=users.get(f"{concerned}:{gap.id}", ())))
    purpose = plan.one_thing.id
    signatures = read_signatures(tx, visit, purpose, plan, details.values, details.parties)
    for role in list_unsigned_roles(plan, signatures):
        signing = tuple(planned.id for planned in plan.active_matters if planned.matter.co_signature == role)
        items.append(MissingItem(kind=SIGNATURE, id=role, matters=signing))
    return tuple(items)


def _find_unidentified(tx: Transaction, visit: str, plan: Plan, details: CaseDetails) -> tuple[str, ...]:
    """Return the role of the applicant if they are not known, or were not identified in the visit."""
    role, applicant = plan.one_thing.applicant_role().id, find_applicant(plan, details)
    if applicant is None or not applicant.name:
        return (role,)
    try:
        require_served_applicant(tx, visit, plan, details)
    except Refused:
        return (role,)
    return ()


def encode_missing(items: Iterable[MissingItem]) -> str:
    """Encode a list for a column of `received_records`."""
    return msgspec.json.encode(tuple(items)).decode()


def decode_missing(text: str) -> tuple[MissingItem, ...]:
    """Decode the list of a row of `received_records`."""
    return msgspec.json.decode(text, type=tuple[MissingItem, ...])


def list_new_items(
    before: Iterable[MissingItem], now: Iterable[MissingItem], plan: Plan, changed: Collection[str]
) -> tuple[MissingItem, ...]:
    """Return the items of a list that were visible at an earlier one and not on it.

    `plan` is that of the earlier list. `changed` are the keys of what is different since: fields with another value,
    materials whose validity has ended, or whose licence may not be used any more. An item that the earlier plan did not
    need was not visible.
    """
    known = {item.id for item in before}
    needed = {planned.field.id for planned in plan.fields} | {need.material.id for need in plan.materials}
    needed |= {planned.matter.co_signature for planned in plan.active_matters if planned.matter.co_signature}
    return tuple(
        item
        for item in now
        if item.id not in known and item.id not in changed and item.id in needed and item.kind != IDENTITY
    )
