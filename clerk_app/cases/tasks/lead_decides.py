"""The join `lead`: an organ decides itself whether to wait for another matter (牵头部门自行决定是否等待).

Its task starts at once. A decision before the one on the other matter needs a reason in writing.
"""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.catalogue.routing import ENDED_STATES
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused


def list_undecided(case: CaseRecord, matter: str) -> tuple[str, ...]:
    """Return the matters that are not decided yet and for which the organ of `matter` may wait."""
    planned = next((planned for planned in case.plan.active_matters if planned.id == matter), None)
    if planned is None:
        return ()
    progress = case.matter_progress()
    return tuple(
        dependency.matter
        for dependency in planned.after
        if dependency.join == "lead"
        and dependency.matter in progress
        and progress[dependency.matter].state not in ENDED_STATES
    )


def require_reason_for_early_decision(case: CaseRecord, matter: str, reason: str) -> None:
    """Raise Refused if a matter would be decided before one for which its organ may wait, without a reason."""
    undecided = list_undecided(case, matter)
    if undecided and not reason.strip():
        names = join_names([case.catalogue.matter(name).name for name in undecided])
        raise Refused("early", "{matters} is not decided yet. Write down why this is decided before.", matters=names)
