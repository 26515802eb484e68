"""Overdue tasks that were escalated to an organ, and what was arranged for them."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.tasks.escalation_chain import DEEMED, ORGAN_HEAD, STEP_NAMES
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, format_list, translate
from clerk_app.people.organ_heads import list_heads
from clerk_app.roles.formatting import localize_organ_name
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.views.shared import Option
from db.engines import Row, Transaction

_MOST = 1000  # open escalations of the city that are read


def list_escalations(tx: Transaction, organ: str, zone: str) -> tuple[Option, ...]:
    """Return the overdue tasks for which an organ has to act, with the day that has passed as hint."""
    return tuple(
        Option(
            row["id"],
            f"{format_task_number(row['task'])} {localize_organ_name(tx.get('organs', id=row['organ']), row['organ'])}",
            _hint(row, zone),
        )
        for row in tx.query_all("cases.open_escalations", most=_MOST)
        if row["addressee"] == organ
    )


def _hint(row: Row, zone: str) -> str:
    day = to_local_time(row["passed_at"], zone).date().isoformat()
    if row["step"] == DEEMED:
        return _("approved by the lapse of time; the period ended on {day}").format(day=day)
    return _("period ended on {day}").format(day=day)


def _name_addressee(tx: Transaction, row: Row) -> str:
    """Return the organ that has to act, with its head where the step is that of the head."""
    organ = localize_organ_name(tx.get("organs", id=row["addressee"]), row["addressee"])
    heads = list_heads(tx, row["addressee"]) if row["step"] == ORGAN_HEAD else []
    return format_list((organ, *(head["name"] for head in heads)))


def describe_escalations(tx: Transaction, task: str, zone: str) -> Iterator[str]:
    """Yield to whom an overdue task was escalated, and what they have arranged."""
    for row in tx.select("escalations", task=task, order=("step",)):
        sentence = _("Escalated to {organ} ({step}) on {day}.").format(
            organ=_name_addressee(tx, row),
            step=translate(STEP_NAMES[row["step"]]),
            day=f"{to_local_time(row['raised_at'], zone):%m-%d}",
        )
        if row["answered_by"]:
            answer = _("{name} arranges: {note}")
            sentence += " " + answer.format(name=read_staff_name(tx, row["answered_by"]), note=row["note"])
        yield sentence
