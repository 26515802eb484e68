"""Exclusions that hold between matters of an accepted case, because a fact changed after the acceptance.

Such an exclusion is unsettled while two of its matters are open or approved. It is settled when all but one are
withdrawn, refused or have lapsed; until then none of them is approved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedExclusion

EXCLUDED = "excluded"
"""Reason of the objection that names the matters and the proposed choice."""
_FAILED = ("refused", "lapsed", "withdrawn")


def list_live_matters(case: CaseRecord) -> list[str]:
    """Return the matters whose newest task is open or approved, in the order of the case."""
    return [matter for matter, task in case.latest_tasks().items() if task["state"] not in _FAILED]


def list_unsettled(
    exclusions: Iterable[PlannedExclusion], live: Iterable[str]
) -> list[tuple[PlannedExclusion, tuple[str, ...]]]:
    """Return the certain exclusions with at least two `live` matters, each with these matters."""
    known = set(live)
    found = []
    for exclusion in exclusions:
        rivals = tuple(name for name in exclusion.matters if name in known)
        if exclusion.certain and len(rivals) > 1:
            found.append((exclusion, rivals))
    return found


def require_no_rival(case: CaseRecord, matter: str) -> None:
    """Raise Refused if a matter would be approved while one that it excludes is open or approved."""
    for exclusion, rivals in list_unsettled(case.plan.exclusions, list_live_matters(case)):
        if matter in rivals:
            names = [case.catalogue.matter(name).name for name in rivals if name != matter]
            raise Refused(
                EXCLUDED,
                "This matter and {others} exclude each other: {why}. Not approved until one is withdrawn or refused.",
                others=join_names(names),
                why=join_names([exclusion.reason]),
            )
