"""The results of a case for the counter: ready, handed over before, and those that may be handed over early."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.parts import require_part
from clerk_app.cases.delivery.result_set import REFUSAL, list_uncollected, read_results
from clerk_app.cases.objections import has_doubts
from clerk_app.errors import Refused
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize
from clerk_app.views.shared import Option
from db.engines import Row, Transaction


@dataclass(frozen=True)
class CaseResults:
    """Results in words: `ready` were not handed over, unless the whole set was; `collected` were, in a part before.

    `early` are the finished matters whose results can be handed over before the others are decided.
    """

    ready: tuple[str, ...]
    collected: tuple[str, ...]
    early: tuple[Option, ...]


def read_case_results(tx: Transaction, case: CaseRecord) -> CaseResults:
    """Return the results of matters decided finally, even if others are not decided yet.

    Of a withdrawn case, only what was handed over before: what else was decided is not handed over.
    """
    made_out = read_results(tx, case.number)
    rows = tx.select("issuances", case_number=case.number, order=("part", "number"))
    collected = tuple(_describe_collected(case, row) for row in rows if row["part"])
    if case.row["state"] == "withdrawn":
        return CaseResults((), collected, ())
    before = {row["matter"] for row in rows if row["part"]} - set(list_uncollected(case, made_out))
    return CaseResults(_describe_ready(case, before), collected, _list_early(tx, case))


def _describe_ready(case: CaseRecord, before: set[str]) -> tuple[str, ...]:
    """Describe the results that are ready, without those of the matters `before`, which were handed over in a part."""
    decided = case.finally_decided_matters() - before
    states = {matter: found for matter, found in case.matter_progress().items() if matter in decided}
    found: list[str] = []
    for planned in case.plan.matters:  # after the erasure of personal data the plan has no reasons; the states remain
        state = states[planned.id].state if planned.id in states else ""
        if state == "approved":
            found += [localize(licence_type.name) for licence_type in planned.matter.produces]
        elif state == "refused":
            found.append(_("Not approved: {matter}").format(matter=localize(planned.matter.name)))
    return tuple(found)


def _list_early(tx: Transaction, case: CaseRecord) -> tuple[Option, ...]:
    try:
        matters = require_part(tx, case)
    except Refused:
        return ()
    if has_doubts(tx, case.number):
        return ()
    return tuple(
        Option(matter, localize(case.catalogue.matter(matter).name), format_list(_describe_ready_matter(case, matter)))
        for matter in matters
    )


def _describe_ready_matter(case: CaseRecord, matter: str) -> tuple[str, ...]:
    if case.matter_progress()[matter].state != "approved":
        return (_("not approved"),)
    return tuple(localize(product.name) for product in case.catalogue.matter(matter).produces)


def _describe_collected(case: CaseRecord, result: Row) -> str:
    matter = case.catalogue.matter(result["matter"])
    names = format_list(localize(product.name) for product in matter.produces)
    if result["produces"] == REFUSAL or not names:
        names = localize(matter.name)
    day = to_local_time(result["delivered_at"], case.catalogue.time_zone).date().isoformat()
    return _("{name} ({day})").format(name=names, day=day)
