"""Re-checks: new tasks for organs whose decision relied on something that has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.identifiers import format_task_id
from clerk_app.cases.result_materials import PRODUCED, ResultMaterial
from clerk_app.cases.tasks.new_tasks import NewTask, build_task
from clerk_app.catalogue.routing import MatterProgress, TaskState
from clerk_app.ledger.commands import Moment
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.plan import PlannedMatter


def build_material_rechecks(
    calendar: LegalCalendar, case: CaseRecord, replaced: set[str], moment: Moment
) -> list[tuple[NewTask, str]]:
    """Build a re-check for each decided task that relied on a replaced material, unless one is open for its matter.

    Each re-check comes with the id of the task that it checks again.
    """
    return _build_rechecks(
        calendar, case, [planned for planned in case.plan.active_matters if replaced & set(planned.materials)], moment
    )


def build_answer_rechecks(
    calendar: LegalCalendar, case: CaseRecord, field: str, moment: Moment
) -> list[tuple[NewTask, str]]:
    """Build a re-check for each decided task whose matter uses an answer, like `build_material_rechecks`."""
    users = {name for planned in case.plan.fields if planned.field.id == field for name in planned.needed_by}
    affected = [planned for planned in case.plan.active_matters if planned.id in users]
    return _build_rechecks(calendar, case, affected, moment)


def build_result_rechecks(
    calendar: LegalCalendar, case: CaseRecord, results: Iterable[ResultMaterial], moment: Moment
) -> list[tuple[NewTask, str]]:
    """Build a re-check for each decided task that relied on a result of which another approval makes a new version."""
    replaced = {result.material for result in results if result.version > 1}
    return build_material_rechecks(calendar, case, replaced, moment) if replaced else []


def build_dependent_rechecks(
    calendar: LegalCalendar, case: CaseRecord, progress: Mapping[str, MatterProgress], refused: Row, moment: Moment
) -> list[tuple[NewTask, str]]:
    """Build a re-check for each approved task that relied on a matter whose approval a re-check has just refused.

    A task also relied on it that needs the result of the matter as a material. A decision made on a commitment alone
    stays, because its organ knew that the approval was still to come.
    """
    if refused["recheck_of"] is None:
        return []
    made = {row["material"] for row in case.materials if row["how"] == PRODUCED}
    withdrawn = {product.material for product in case.catalogue.matter(refused["matter"]).produces} & made
    dependent = [
        planned
        for planned in case.plan.active_matters
        if planned.id in progress
        and progress[planned.id].state is TaskState.APPROVED
        and (
            withdrawn.intersection(planned.materials)
            or any(
                dependency.matter == refused["matter"] and dependency.if_refused == "lapse"
                for dependency in planned.after
            )
        )
    ]
    return _build_rechecks(calendar, case, dependent, moment)


def build_recheck(calendar: LegalCalendar, case: CaseRecord, decided: Row, moment: Moment) -> NewTask:
    """Build the task that checks a decided task again, at the organ that decided it."""
    planned = next(planned for planned in case.plan.active_matters if planned.id == decided["matter"])
    task_id = format_task_id(case.number, len(case.tasks) + 1)
    return build_task(calendar, planned, task_id, moment.corrected_at, decided["organ"])


def _build_rechecks(
    calendar: LegalCalendar, case: CaseRecord, affected: list[PlannedMatter], moment: Moment
) -> list[tuple[NewTask, str]]:
    planned_by_id = {planned.id: planned for planned in affected}
    decided = [
        task for task in case.tasks if task["state"] in ("approved", "refused") and task["matter"] in planned_by_id
    ]
    latest = {task["matter"]: task for task in decided}
    open_matters = {task["matter"] for task in case.open_tasks()}
    position = len(case.tasks)
    rechecks: list[tuple[NewTask, str]] = []
    for matter, task in latest.items():
        if matter not in open_matters:
            position += 1
            task_id = format_task_id(case.number, position)
            recheck = build_task(calendar, planned_by_id[matter], task_id, moment.corrected_at, task["organ"])
            rechecks.append((recheck, task["id"]))
    return rechecks
