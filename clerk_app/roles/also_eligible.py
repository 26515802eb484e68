"""What an applicant is also eligible for, in words: at the counter, and on the receipt of a case."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue.also_eligible import EligibleOffer, KnownFacts, find_also_eligible
from clerk_app.catalogue.single_matters import format_single_id
from clerk_app.catalogue.terms import SINGLE_PREFIX
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize
from clerk_app.roles.guide_lines import add_basis
from clerk_app.views.navigation import EligibleRow
from db.engines import Transaction

MOST_SHOWN = 6


def list_left_out(one_thing: str, matters: tuple[str, ...]) -> frozenset[str]:
    """Return the ids of offers that a one thing with these matters contains."""
    return frozenset((one_thing, *map(format_single_id, matters)))


def list_eligible_rows(tx: Transaction, facts: KnownFacts, left_out: frozenset[str]) -> tuple[EligibleRow, ...]:
    """Return what applies or may apply, at most MOST_SHOWN rows; none where the catalogue cannot be read."""
    try:
        found = find_also_eligible(tx, facts, left_out)
    except BadData:
        return ()
    return tuple(_describe(offer) for offer in found[:MOST_SHOWN])


def list_case_rows(tx: Transaction, case: CaseRecord) -> tuple[EligibleRow, ...]:
    """Return what follows from the facts of a case, on the day of its acceptance."""
    return list_eligible_rows(tx, build_case_facts(tx, case), list_left_out(case.plan.one_thing.id, _matters_of(case)))


def build_case_facts(tx: Transaction, case: CaseRecord) -> KnownFacts:
    """Return the facts of a case: its form, and the materials that were given or used with consent."""
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case.number)}
    accepted = to_local_time(case.row["accepted_at"], case.catalogue.time_zone)
    return KnownFacts(
        today=accepted.date(), values=values, materials=frozenset(row["material"] for row in case.materials)
    )


def describe_eligible(row: EligibleRow) -> str:
    """Return a row as one sentence for a paper."""
    return format_list((row.name, format_list(filter(None, (row.verdict, row.missing, row.rule)), ";")), ":")


def _matters_of(case: CaseRecord) -> tuple[str, ...]:
    return case.plan.one_thing.matters


def _describe(offer: EligibleOffer) -> EligibleRow:
    part = offer.catalogue
    missing = [localize(part.field(name).name) for name in offer.missing_fields]
    missing += [localize(part.material(name).name) for name in offer.missing_materials]
    is_certain = offer.verdict == "yes"
    return EligibleRow(
        id=offer.id,
        name=localize(part.one_thing(offer.id).name),
        verdict=_("yes") if is_certain else _("may be"),
        rule=add_basis(localize(offer.condition.rule), offer.condition.basis),
        missing="" if is_certain else _("not known: {facts}").format(facts=format_list(missing)),
        level="good" if is_certain else "warn",
        is_matter=offer.id.startswith(SINGLE_PREFIX),
    )
