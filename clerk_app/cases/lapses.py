"""Lapse (终止) of matters: which tasks end because another was refused, and which open again when it is reversed.

Nobody decides a lapsed task: it has no signer and no letter. Its row names the refused task that caused the lapse.
"""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.cases.case_record import CaseRecord
from clerk_app.catalogue.routing import MatterProgress, TaskState, find_lapsed
from db.engines import Row

_EARLIER_REASON = "because of "  # entries of schema 0005 and before stored the cause as the reason of a decision


def list_lapsing_tasks(case: CaseRecord, progress: Mapping[str, MatterProgress], decided: str) -> list[Row]:
    """Return the open tasks, without the `decided` one, that end because a matter that they depend on was refused."""
    matters = find_lapsed(case.plan, reset_lapsed(progress))
    return [task for task in case.open_tasks() if task["id"] != decided and task["matter"] in matters]


def list_reopening_tasks(case: CaseRecord, progress: Mapping[str, MatterProgress]) -> list[Row]:
    """Return the lapsed tasks that open again, because no matter that they depend on is refused any more."""
    matters = find_lapsed(case.plan, reset_lapsed(progress))
    return [task for task in case.tasks if task["state"] == "lapsed" and task["matter"] not in matters]


def reset_lapsed(progress: Mapping[str, MatterProgress]) -> dict[str, MatterProgress]:
    """Return the progress with lapsed matters as waiting, so that their lapse is computed again."""
    return {
        matter: MatterProgress() if found.state is TaskState.LAPSED else found for matter, found in progress.items()
    }


def find_lapse_cause(task: Row, decision: Row | None) -> str:
    """Return the id of the refused task that caused the lapse of a task; empty if it has not lapsed.

    `decision` is the row that entries of earlier versions wrote for a lapsed task.
    """
    if task["state"] != "lapsed":
        return ""
    return str(task["caused_by"]) or parse_earlier_cause(decision["reason"] if decision is not None else "")


def parse_earlier_cause(reason: str) -> str:
    """Return the task id in the reason that earlier versions stored for a lapse; empty for any other text."""
    return reason.removeprefix(_EARLIER_REASON) if reason.startswith(_EARLIER_REASON) else ""


def earlier_reason(task_id: str) -> str:
    """Return the reason that entries of earlier versions store for a lapse."""
    return _EARLIER_REASON + task_id
