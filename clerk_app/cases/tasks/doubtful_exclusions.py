"""Exclusions that may hold because a fact of an accepted case is not founded any more, such as by a revoked licence.

At the acceptance the fact excluded nothing. Without it two matters may exclude each other: a person asks for the right
answer and corrects it, or withdraws the proposed matters with the agreement of the applicant.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_record import CaseRecord, plan_case
from clerk_app.cases.objections import RaiseObjection
from clerk_app.cases.tasks.unsettled_exclusions import list_live_matters
from clerk_app.catalogue.admissible_choice import list_choices
from clerk_app.catalogue.terms import join_names
from clerk_app.locales import mark

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedExclusion
    from db.engines import Transaction

MAY_EXCLUDE = "may_exclude"
"""Reason of the objection that names the matters, the facts and the proposed choice."""
_SENTENCE = mark(
    "Since a licence was revoked, these answers are not founded any more: {field}. Matters that may exclude each other "
    "now: {matters}. {why}. Correct the answer, or withdraw {drop} with the agreement of the applicant (proposed)."
)


def list_unfounded_fields(tx: Transaction, case: str, materials: Collection[str]) -> tuple[str, ...]:
    """Return the fields of a case that licences for these materials filled in."""
    return tuple(
        row["field"]
        for row in tx.select("field_values", case_number=case, order=("field",))
        if row["source"].startswith("licence:")
        and row["source"].removeprefix("licence:").partition(".")[0] in materials
    )


def find_doubtful_exclusions(tx: Transaction, case: CaseRecord, fields: Collection[str]) -> RaiseObjection | None:
    """Return the objection to exclusions that the answers in `fields` prevented; None if there are none."""
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=case.number)}
    live = list_live_matters(case)
    before = plan_case(case.catalogue, case.row["one_thing"], live, values).exclusions
    kept = {name: value for name, value in values.items() if name not in fields}
    plan = plan_case(case.catalogue, case.row["one_thing"], live, kept)
    known = {(found.matters, found.reason) for found in before}
    doubtful = [
        found
        for found in plan.exclusions
        if not found.certain and (found.matters, found.reason) not in known and _has_two(found, live)
    ]
    if not doubtful:
        return None
    assumed = replace(plan, exclusions=tuple(msgspec.structs.replace(found, certain=True) for found in doubtful))
    approved = [matter for matter, task in case.latest_tasks().items() if task["state"] == "approved"]
    facts = {
        "field": ",".join(sorted(fields)),
        "matters": ",".join(dict.fromkeys(name for found in doubtful for name in found.matters if name in live)),
        "drop": ",".join(list_choices(assumed, fixed=approved)[0].drop),
        "why": join_names(dict.fromkeys(found.reason for found in doubtful)),
    }
    return RaiseObjection(case=case.number, reason=MAY_EXCLUDE, sentence=_SENTENCE, facts=facts)


def _has_two(exclusion: PlannedExclusion, live: Collection[str]) -> bool:
    return sum(name in live for name in exclusion.matters) > 1
