"""Matters and decisions of a case as its papers state them, in the current language."""

from __future__ import annotations

from datetime import date

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.lapses import find_lapse_cause
from clerk_app.cases.states import WAITING_STATES
from clerk_app.locales import _, mark, translate
from clerk_app.paper.documents.shared_facts import PrintedDates, PrintedMatter
from clerk_app.roles.case_view import describe_lapse, describe_recheck
from clerk_app.roles.formatting import localize
from db.engines import Row, Transaction


def build_printed_matter(tx: Transaction, case: CaseRecord, task: Row) -> PrintedMatter:
    """Return the matter of a task, with its dates or what is known in place of them."""
    return PrintedMatter(
        name=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        dates=build_printed_dates(case, task, "due_at"),
        suspended=task["state"] in WAITING_STATES and task["due_at"] is None,
        ended=_describe_end(tx, case, task),
        checked_again=_describe_recheck(tx, case, task),
    )


def build_printed_dates(case: CaseRecord, row: Row, promised: str) -> PrintedDates:
    """Return the dates of a case or a task; `promised` is the column of the promised one."""
    return PrintedDates(
        local_day(case, row[promised]),
        local_day(case, row["statutory_at"]),
        bool(row["expected"]),
        bool(row["statutory_expected"]),
    )


def local_day(case: CaseRecord, moment: int | None) -> date | None:
    """Return the day of a moment (microseconds UTC) in the zone of the case."""
    return None if moment is None else to_local_time(moment, case.catalogue.time_zone).date()


def name_outcome(outcome: str) -> str:
    """Return the outcome of a decision in words."""
    return translate(_OUTCOMES[outcome])


def describe_decision(case: CaseRecord, decision: Row) -> str:
    """Return outcome and day of a decision."""
    return f"{name_outcome(decision['outcome'])} {local_day(case, decision['at'])}"


def describe_replaced(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return outcome and day of the decision that the decision on a task replaced; empty without one."""
    earlier = tx.get("decisions", task=task["recheck_of"]) if task["recheck_of"] else None
    return describe_decision(case, earlier) if earlier is not None else ""


def _describe_end(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return how a task ended, or when it was decided; empty for an open one."""
    if task["state"] == "withdrawn":
        return _("Ended, because the application was withdrawn.")
    if task["state"] in ("approved", "refused") and task["ended_at"] is not None:
        return _("Decided on {day}.").format(day=local_day(case, task["ended_at"]))
    return describe_lapse(case.catalogue, _lapse_cause(tx, case, task)) if task["state"] == "lapsed" else ""


def _describe_recheck(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return the decision that an open task checks; empty for another task."""
    earlier = tx.get("decisions", task=task["recheck_of"]) if task["recheck_of"] else None
    if earlier is None or task["ended_at"] is not None:
        return ""
    return describe_recheck(case.catalogue, earlier["outcome"], earlier["at"])


def _lapse_cause(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return the refused matter that caused the lapse of a task; empty if it is not known."""
    matters = {other["id"]: other["matter"] for other in case.tasks}
    return str(matters.get(find_lapse_cause(task, tx.get("decisions", task=task["id"])), ""))


_OUTCOMES: dict[str, str] = {
    "approved": mark("approved"),
    "refused": mark("refused"),
    "lapsed": mark("lapsed"),
    "withdrawn": mark("withdrawn"),
}
