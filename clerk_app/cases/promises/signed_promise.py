"""The sheet on which an applicant signs promises: what it covers, and whether it still matches the application.

A visit keeps its signature like a co-signature, under a role that no catalogue can define. Keys of the form are
`matter:ID`, `material:ID`, `gap:ID`, `field:ID` and `party:ROLE`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.co_signatures import PartySignature
from clerk_app.cases.promises.offers import GAP, MATTER, GivenPromise, find_gap_days
from clerk_app.cases.signed_form import FIELD, PARTY, find_changed_keys
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.cases.duplicates import Party
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

PROMISE_ROLE = "promise:"
"""The role of the row in `co_signatures`; ids of a catalogue have no colon."""


def build_promise_form(
    catalogue: Catalogue,
    plan: Plan,
    values: Mapping[str, str],
    parties: Iterable[Party],
    promises: Iterable[tuple[str, str]],
) -> dict[str, str]:
    """Return what the applicant signs; `promises` are pairs of kind and subject."""
    form: dict[str, str] = {}
    relying: set[str] = set()
    planned = {matter.id: matter for matter in plan.active_matters}
    needs = {need.material.id: need for need in plan.materials}
    for kind, subject in promises:
        if kind == MATTER and subject in planned:
            variant = planned[subject].variant
            form[f"{kind}:{subject}"] = variant.name.zh if variant is not None else ""
            relying.add(subject)
        elif subject in needs:
            days = f" {find_gap_days(catalogue, plan, needs[subject])}" if kind == GAP else ""
            form[f"{kind}:{subject}"] = needs[subject].material.name.zh + days
            relying.update(needs[subject].needed_by)
    for field in plan.fields:
        if relying & set(field.needed_by) and values.get(field.field.id):
            form[f"{FIELD}:{field.field.id}"] = values[field.field.id]
    own = plan.one_thing.applicant_role().id
    for party in parties:
        if party.role == own and party.name:
            form[f"{PARTY}:{own}"] = f"{party.name} {party.number}".strip()
    return form


def find_promise_signature(rows: Iterable[Row], form: Mapping[str, str]) -> PartySignature | None:
    """Return the signed or printed sheet among rows of `co_signatures`, compared with the form as it is now."""
    row = next((row for row in rows if row["role"] == PROMISE_ROLE), None)
    if row is None:
        return None
    signed = msgspec.json.decode(row["form"], type=dict[str, str]) if row["form"] else {}
    return PartySignature(PROMISE_ROLE, row["how"], row["sheet"], row["signed_at"], find_changed_keys(signed, form))


def sign_promises(
    promises: Iterable[tuple[str, str]], signature: PartySignature | None, papers: Iterable[str] = ()
) -> tuple[GivenPromise, ...]:
    """Return promises as an acceptance states them: with the sheet that was signed for them.

    `papers` are materials whose signed commitment was handed in itself, without a sheet.
    """
    own = set(papers)
    sheet, signed_at = (signature.sheet, signature.signed_at) if signature is not None else ("", 0)
    return tuple(
        GivenPromise(kind=kind, subject=subject)
        if kind != MATTER and subject in own
        else GivenPromise(kind=kind, subject=subject, sheet=sheet, signed_at=signed_at)
        for kind, subject in promises
    )
