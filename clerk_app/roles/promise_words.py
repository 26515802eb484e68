"""What an applicant promised, as lines of the receipt and of the lists of materials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.promises.offers import GAP, MATERIAL, MATTER, RELIED
from clerk_app.cases.promises.rows import OPEN_STATES, read_promises
from clerk_app.cases.status_query import list_omitted_materials
from clerk_app.catalogue.model import Catalogue
from clerk_app.locales import _
from clerk_app.people.earlier_materials import GRADE_PROMISED, grade_of_paper
from clerk_app.roles.formatting import format_due_day, localize
from db.engines import Row, Transaction


def list_commitments(tx: Transaction, case: CaseRecord) -> frozenset[tuple[str, int]]:
    """Return the materials, with their version, that are commitments on a signed sheet: nobody has a paper of them."""
    on_sheet = {row["subject"] for row in read_promises(tx, case.number) if row["kind"] == MATERIAL and row["sheet"]}
    return frozenset(
        (row["material"], row["version"])
        for row in case.materials
        if row["how"] == "paper"
        and row["grade"] == GRADE_PROMISED
        and (row["material"] in on_sheet or grade_of_paper(case.catalogue.material(row["material"])) != GRADE_PROMISED)
    )


def find_promised_gaps(tx: Transaction, case: CaseRecord) -> Mapping[str, str]:
    """Return until when each missing material was promised, by its id."""
    missing = {need.material.id for need in list_omitted_materials(case)}
    return {
        row["subject"]: _format_due(case, row)
        for row in read_promises(tx, case.number)
        if row["kind"] == GAP and row["state"] in OPEN_STATES and row["subject"] in missing
    }


def list_promised(tx: Transaction, case: CaseRecord) -> tuple[str, ...]:
    """Return the open promises of a case for its receipt: what was promised, and when it is checked or brought."""
    gaps = find_promised_gaps(tx, case)
    return tuple(
        _describe(case, row)
        for row in read_promises(tx, case.number)
        if row["state"] in OPEN_STATES and (row["kind"] in (MATTER, MATERIAL) or row["subject"] in gaps)
    )


def describe_handling(tx: Transaction, case: CaseRecord, matter: str) -> Iterator[str]:
    """Yield in which circumstance a matter is handled, and until when its commitment is checked."""
    planned = next((planned for planned in case.plan.active_matters if planned.id == matter), None)
    if planned is None or planned.variant is None:
        return
    name = localize(planned.variant.name)
    if not planned.by_commitment:
        yield _("Circumstance: {name}.").format(name=name)
        return
    promises = (row for row in read_promises(tx, case.number) if (row["kind"], row["subject"]) == (MATTER, matter))
    day = next((_format_due(case, row) for row in promises), "-")
    sentence = _("{name}: decide on what the applicant committed to in writing; it is checked later, by {day}.")
    yield sentence.format(name=name, day=day)


def describe_commitment(tx: Transaction, case: CaseRecord, material: str) -> str:
    """Return until when the commitment in place of a material is checked; empty if this store has no such promise."""
    for row in read_promises(tx, case.number):
        if row["kind"] == MATERIAL and row["subject"] == material:
            return _("By a signed commitment, checked by {day}.").format(day=_format_due(case, row))
    return ""


def describe_kind(kind: str, name: str) -> str:
    """Return what was promised about a matter or material with this name, or what is checked."""
    words = {
        GAP: _("Paper to be brought: {name}"),
        MATERIAL: _("Commitment instead of: {name}"),
        RELIED: _("Relied on a revoked decision: {name}"),
    }
    return words.get(kind, _("By commitment: {name}")).format(name=name)


def describe_broken_promise(catalogue: Catalogue, at: int, reason: str) -> str:
    """Return that an approval was revoked because a promise proved false, when (microseconds UTC), and why."""
    day = to_local_time(at, catalogue.time_zone).date().isoformat()
    return _("Revoked on {day}, because a promise proved false: {reason}").format(day=day, reason=reason)


def _describe(case: CaseRecord, row: Row) -> str:
    is_matter = row["kind"] == MATTER
    known = case.catalogue.matter(row["subject"]) if is_matter else case.catalogue.material(row["subject"])
    words = {
        MATTER: _("{name}: by commitment, checked by {day}"),
        MATERIAL: _("{name}: by a signed commitment, checked by {day}"),
        GAP: _("{name}: to be brought by {day}"),
    }
    return words[row["kind"]].format(name=localize(known.name), day=_format_due(case, row))


def _format_due(case: CaseRecord, row: Row) -> str:
    return format_due_day(row["due_at"], case.catalogue.time_zone, expected=bool(row["expected"]))
