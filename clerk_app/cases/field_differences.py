"""Values of the form that differ from their source: a licence that is used, what a party showed, a paper, a rule.

By the catalogue a difference needs a written reason, stops the acceptance, or is only shown (`Field.on_difference`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import msgspec

from clerk_app.cases.completeness import IntakeGap
from clerk_app.cases.known_by import (
    KNOWN_BY_CODE,
    KNOWN_BY_DELEGATION,
    KNOWN_BY_DOCUMENT,
    KNOWN_BY_EARLIER,
    KNOWN_BY_PARTY_CODE,
)
from clerk_app.cases.paper_readings import PaperValue, is_paper_source
from clerk_app.catalogue.derived_answers import derive_value
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark
from clerk_app.text.folding import is_same_text
from clerk_app.text.written_variants import is_same_read_text
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import Plan

UNEXPLAINED_DIFFERENCE = "difference"
"""Reason of the refusal, and of the objection to an acceptance of another node."""
_NO_PAPERS: Mapping[str, Sequence[PaperValue]] = MappingProxyType({})
_SHOWN = (KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE, KNOWN_BY_DOCUMENT, KNOWN_BY_DELEGATION, KNOWN_BY_EARLIER)


class FieldDifference(MessagePart, frozen=True, kw_only=True):
    """A value of the form that differs from `known`, that of `source`, and the clerk's reason; empty without one."""

    field: str
    source: str
    known: str
    reason: str = ""


class PartyFacts(Protocol):
    """A party as drafts and cases have it."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def known_by(self) -> str: ...


class StatedParty(PartyFacts, Protocol):
    """A party with its role."""

    @property
    def role(self) -> str: ...


class StatedDetails(Protocol):
    """What a case or an acceptance states: its parties, and the claims of the licences that it uses."""

    @property
    def parties(self) -> Iterable[StatedParty]: ...
    @property
    def claims(self) -> Mapping[str, str]: ...


def list_known_values_of(details: StatedDetails) -> dict[str, str]:
    """Return what the parties showed and the used licences state, by source."""
    return list_known_values({party.role: party for party in details.parties}, details.claims)


def list_known_values(
    parties: Mapping[str, PartyFacts], claims: Mapping[str, bytes] | Mapping[str, str]
) -> dict[str, str]:
    """Return values by source as in `Field.prefill`: `party:ROLE.fact` of parties who showed a code or document.

    `claims` are those of licences that are used, as JSON by material id: they give `licence:MATERIAL.claim`.
    """
    found: dict[str, str] = {}
    for role, party in parties.items():
        if party.known_by in _SHOWN:
            found[f"party:{role}.name"] = party.name
            found[f"party:{role}.id_number"] = party.number
            found[f"party:{role}.credit_code"] = party.number
    for material, content in claims.items():
        with suppress(msgspec.DecodeError):  # claims of another node that nobody can read state nothing
            values = msgspec.json.decode(content, type=dict[str, str])
            found |= {f"licence:{material}.{claim}": value for claim, value in values.items()}
    return found


def find_differences(
    plan: Plan,
    values: Mapping[str, str],
    known: Mapping[str, str],
    papers: Mapping[str, Sequence[PaperValue]] = _NO_PAPERS,
) -> list[FieldDifference]:
    """Return the differences between the form and its sources, in the order of the form. Empty fields have none.

    `papers` are the sure values of papers by field; variants of characters and punctuation are no difference to them.
    """
    found: list[FieldDifference] = []
    for planned in plan.fields:
        field, value = planned.field, values.get(planned.field.id, "")
        if not value:
            continue
        stated = _normalize(plan, field, value, values)
        for source in field.prefill:
            text = known.get(source, "").strip()
            if text and not is_same_text(_normalize(plan, field, text, values), stated):
                found.append(FieldDifference(field=field.id, source=source, known=text))
        derived = derive_value(field, values)
        if derived is not None and derived.value != stated:
            found.append(FieldDifference(field=field.id, source=derived.source, known=derived.value))
        for paper in papers.get(field.id, ()):
            is_same = is_same_read_text if field.kind == "text" else is_same_text
            if not is_same(_normalize(plan, field, paper.value, values), stated):
                found.append(FieldDifference(field=field.id, source=paper.source, known=paper.value))
    return found


def _normalize(plan: Plan, field: Field, text: str, values: Mapping[str, str]) -> str:
    """Return a value in the form in which it is compared; as it is if the field cannot have it."""
    try:
        return normalize_form_value(plan, field, text, values)
    except BadData:
        return text


def with_reasons(found: Iterable[FieldDifference], given: Iterable[FieldDifference]) -> list[FieldDifference]:
    """Return the differences with the reasons that were given for exactly these."""
    reasons = {(known.field, known.source, known.known): known.reason for known in given}
    return [
        msgspec.structs.replace(
            difference, reason=reasons.get((difference.field, difference.source, difference.known), "")
        )
        for difference in found
    ]


def find_unexplained(plan: Plan, differences: Iterable[FieldDifference]) -> Iterator[tuple[Field, FieldDifference]]:
    """Yield the differences that prevent an acceptance: they stop it, or lack the reason that they need."""
    fields = {planned.field.id: planned.field for planned in plan.fields}
    for difference in differences:
        field = fields[difference.field]
        if must_agree(field, difference) or (field.on_difference != "note" and not difference.reason.strip()):
            yield field, difference


def must_agree(field: Field, difference: FieldDifference) -> bool:
    """Return whether a difference stops the acceptance. One from a paper never does: what was read may be wrong."""
    return field.on_difference == "stop" and not is_paper_source(difference.source)


def find_difference_gaps(plan: Plan, differences: Iterable[FieldDifference]) -> list[IntakeGap]:
    """Return a gap for each field with a difference that prevents the acceptance."""
    gaps: dict[str, IntakeGap] = {}
    for field, difference in find_unexplained(plan, differences):
        stops = must_agree(field, difference)
        error = BadData("It differs from its source and has to agree with it.") if stops else None
        gaps.setdefault(field.id, IntakeGap(UNEXPLAINED_DIFFERENCE, field.id, field=field, error=error))
    return list(gaps.values())


def require_explained(
    plan: Plan,
    values: Mapping[str, str],
    known: Mapping[str, str],
    given: Iterable[FieldDifference],
    papers: Mapping[str, Sequence[PaperValue]] = _NO_PAPERS,
) -> None:
    """Raise Refused for the first difference that prevents the acceptance; `papers` as for `find_differences`."""
    differences = with_reasons(find_differences(plan, values, known, papers), given)
    for field, difference in find_unexplained(plan, differences):
        sentence = mark("{field} differs from its source: write down why. Nothing was accepted.")
        if must_agree(field, difference):
            sentence = mark("{field} differs from its source and has to be the same. Nothing was accepted.")
        raise Refused(UNEXPLAINED_DIFFERENCE, sentence, field=join_names([field.name]), what=field.id)


def insert_differences(tx: Transaction, number: str, differences: Iterable[FieldDifference]) -> None:
    """Insert the differences of a new case."""
    rows = [
        {
            "case_number": number,
            "field": difference.field,
            "source": difference.source,
            "known": difference.known,
            "reason": difference.reason,
        }
        for difference in differences
    ]
    if rows:
        tx.insert_many("field_differences", rows)
