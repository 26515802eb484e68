"""Materials that are taken in for a running case: what may be taken in, when, and what they complete."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.completeness import GivenMaterial, check_materials
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.form_limits import is_plausible_supplement
from clerk_app.cases.paper_facts import has_expired, lacks_facts
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Moment


def require_supplement_materials(case: CaseRecord, materials: Sequence[GivenMaterial], moment: Moment) -> None:
    """Raise Refused or BadData for materials that are not taken in.

    What another machine has taken in is a fact: its validity is not checked again.
    """
    check_materials(materials, case.catalogue.materials)
    if not all(map(is_plausible_supplement, materials)):
        raise BadData("Its fields have values that no program of a window writes.")
    if not moment.is_remote:
        _require_valid_papers(case, materials, moment)


def _require_valid_papers(case: CaseRecord, materials: Sequence[GivenMaterial], moment: Moment) -> None:
    """Raise Refused for a paper that has expired, or whose validity was not typed though the catalogue asks for it."""
    today = to_local_time(moment.corrected_at, case.catalogue.time_zone).date()
    for given in materials:
        definition = case.catalogue.material(given.material)
        name = join_names([definition.name])
        if has_expired(given.valid_to, today):
            raise Refused("expired_paper", "{name} expired on {day}: ask for a new one.", name=name, day=given.valid_to)
        if given.how == "paper" and lacks_facts(definition, given.issued_on, given.valid_to):
            raise Refused("validity", "Type when {name} was issued, or until when it is valid.", name=name)


def find_time_of_materials(case: CaseRecord, moment: Moment) -> int:
    """Return when materials are taken in, microseconds UTC: now, but after all that the case has already.

    So a wrong clock does not date a paper before the request that it answers. A request that was made while the window
    was cut off did not know the paper either.
    """
    times = [row["taken_at"] for row in case.materials] + [row["asked_at"] for row in case.supplements]
    return max(moment.corrected_at, max(times, default=int(case.row["accepted_at"])) + 1)


def list_completed(case: CaseRecord, brought: set[str]) -> tuple[str, ...]:
    """Return the open tasks that went on without requested papers, and have them all with those brought now."""
    return tuple(
        task["id"]
        for task in case.open_tasks()
        if task["papers_overdue"] and not case.lacks_overdue_papers(task["id"], brought)
    )
