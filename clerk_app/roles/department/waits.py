"""Describes the waits of tasks for offices outside, and referrals, in words for officers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import EXTERNAL_WAIT
from clerk_app.catalogue.publication import read_calendar
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, format_list, plural_form
from clerk_app.roles.formatting import format_days_left, localize, localize_organ_name
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.views.course import WaitStep, WaitView
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MatterDefinition


def find_open_wait(tx: Transaction, task: str) -> Row | None:
    """Return the wait of a task for an office outside that has not ended; None without one."""
    rows = tx.select("external_waits", task=task, outcome="")
    return rows[0] if rows else None


def read_wait_view(office: Office, tx: Transaction, task_id: str) -> WaitView:
    """Return the wait of a task. Raises Refused if it does not wait any more."""
    wait = find_open_wait(tx, task_id)
    if wait is None:
        raise Refused("answered", "This wait for another office has ended already.")
    task = read_task(tx, task_id)
    case = read_case(tx, task["case_number"])
    return build_wait_view(tx, case, task, wait, office.corrected_now)


def build_wait_view(tx: Transaction, case: CaseRecord, task: Row, wait: Row, now: int) -> WaitView:
    """Build the view of a wait at `now` (microseconds UTC)."""
    zone = case.catalogue.time_zone
    working = read_calendar(tx, case.catalogue).working_days_of(task["organ"])
    request = next(row for row in case.supplements if row["id"] == wait["id"])
    today, asked = to_local_time(now, zone).date(), to_local_time(request["asked_at"], zone).date()
    due = to_local_time(wait["due_at"], zone).date()
    left = working.count_between(today, due) if due >= today else -working.count_between(due, today)
    days = working.count_between(asked, today)
    waited = plural_form(days, _("{count} working day"), _("{count} working days")).format(count=days)
    reminded = _("not reminded yet")
    if wait["reminders"]:
        day = to_local_time(wait["reminded_at"], zone).date().isoformat()
        times = plural_form(wait["reminders"], _("reminded once"), _("reminded {count} times"))
        reminded = format_list((times.format(count=wait["reminders"]), day))
    return WaitView(
        id=wait["id"],
        task=task["id"],
        number=format_task_number(task["id"]),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        office=wait["office"],
        document=wait["document"],
        since=format_list((asked.isoformat(), waited)),
        until=format_list((due.isoformat(), format_days_left(left))),
        reminders=reminded,
        clock=_("its time is counted") if request["counted"] else _("its time is not counted"),
        is_overdue=wait["due_at"] < now,
    )


def describe_wait(tx: Transaction, case: CaseRecord, task: Row, now: int) -> Iterator[str]:
    """Yield for which document of which office a task waits, until when, and how its last wait ended."""
    waits = tx.select("external_waits", task=task["id"], order=("id",))
    for wait in waits[-1:]:
        if wait["outcome"]:
            yield _describe_end(tx, wait)
            continue
        view = build_wait_view(tx, case, task, wait, now)
        sentence = _("Waits for {document} from {office} since {since}; expected by {until}; {reminders}; {clock}.")
        yield sentence.format(
            document=view.document,
            office=view.office,
            since=view.since,
            until=view.until,
            reminders=view.reminders,
            clock=view.clock,
        )


def _describe_end(tx: Transaction, wait: Row) -> str:
    sentences = {
        "arrived": _("{document} from {office} has arrived ({name}). {note}"),
        "without": _("Continued without {document} from {office} ({name}): {note}"),
        "not_come": _("{document} from {office} did not come ({name}): {note}"),
    }
    sentence = sentences.get(wait["outcome"], _("The wait for {document} from {office} has ended."))
    name = read_staff_name(tx, wait["ended_by"])
    return sentence.format(document=wait["document"], office=wait["office"], name=name, note=wait["note"]).strip()


def describe_referral(tx: Transaction, case: CaseRecord, task: Row) -> Iterator[str]:
    """Yield who reviewed and referred the matter of a task, with the opinion, and why it was sent back."""
    zone = case.catalogue.time_zone
    for row in tx.select("referrals", case_number=case.number, order=("referred_at",)):
        if task["id"] not in (row["successor"], row["return_task"], row["task"]):
            continue
        organ = localize_organ_name(tx.get("organs", id=row["organ"]), row["organ"])
        superior = localize_organ_name(tx.get("organs", id=row["superior"]), row["superior"])
        sentence = _("{organ} agrees and referred it to {superior} on {day} ({name}): {opinion}")
        yield sentence.format(
            organ=organ,
            superior=superior,
            day=f"{to_local_time(row['referred_at'], zone):%m-%d}",
            name=read_staff_name(tx, row["referred_by"]),
            opinion=row["opinion"],
        )
        if row["review_due_at"] is not None and row["referred_at"] > row["review_due_at"]:
            yield _("The review of the lower organ took longer than the 20 working days of the law (art. 43).")
        if row["returned_by"]:
            sentence = _("{superior} sent it back on {day} ({name}): {reason}")
            yield sentence.format(
                superior=superior,
                day=f"{to_local_time(row['returned_at'], zone):%m-%d}",
                name=read_staff_name(tx, row["returned_by"]),
                reason=row["return_reason"],
            )


def list_wait_steps(matter: MatterDefinition) -> tuple[WaitStep, ...]:
    """Return the waits for other offices among the special steps of a matter, as they are proposed to the officer."""
    return tuple(
        WaitStep(
            name=localize(step.name),
            office=localize(step.office) if step.office is not None else "",
            document=localize(step.document) if step.document is not None else "",
            days=step.days,
        )
        for step in matter.special_steps
        if step.kind == EXTERNAL_WAIT
    )
