"""Alerts of the supervisor: each names its cause with the numbers, and where the cause is seen and dealt with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from clerk_app.cases.tasks.escalation_chain import DEEMED, STEP_NAMES
from clerk_app.composition.office import Office
from clerk_app.locales import _, plural_form, translate
from clerk_app.roles.connection_view import read_connection_facts, read_data_time
from clerk_app.roles.formatting import format_data_time, localize_organ_name
from clerk_app.roles.objection_groups import read_objections
from clerk_app.roles.objection_view import describe_objection, do_results_wait
from clerk_app.roles.rejected_work import read_rejected_acceptances
from clerk_app.roles.supervisor.application_acts import application_alerts
from clerk_app.roles.supervisor.feedback_alerts import feedback_alerts
from clerk_app.roles.supervisor.hall_view import HallRows
from clerk_app.roles.supervisor.received_alerts import received_alerts
from clerk_app.roles.task_queue import COUNT_LIMIT
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import Alert, CategoryRow, OpenEmergency, QueueRow, WindowRow
from db.engines import Transaction

_PROMISE_SOON = 2 * 86_400_000_000  # microseconds before the date of a promise from which it is due soon


def read_alerts(office: Office, tx: Transaction, queues: Sequence[QueueRow], hall: HallRows) -> tuple[Alert, ...]:
    """Return all alerts: that of a closed hall first, then the worst. Without an alert, all is in order."""
    zone = office.catalogue_frame().time_zone
    alerts = [
        *_rejection_alerts(office, tx, zone),
        *_outage_alerts(office, tx, zone),
        *_paper_alerts(tx),
        *_wait_alerts(office, tx),
        *_statutory_alerts(office, tx),
        *_escalation_alerts(tx),
        *_late_case_alerts(office, tx),
        *_promise_alerts(office, tx),
        *application_alerts(office, tx),
        *received_alerts(office, tx),
        *feedback_alerts(office, tx),
        *_queue_alerts(queues),
        *_category_alerts(hall.categories),
        *_window_alerts(hall.windows),
        *_objection_alerts(tx, zone),
    ]
    worst_first = sorted(alerts, key=lambda alert: alert.level != "bad")
    return (*_day_alerts(hall), *worst_first)


def emergency_alerts(calls: Sequence[OpenEmergency]) -> tuple[Alert, ...]:
    """Return an alert for each call for help that nobody has seen."""
    return tuple(Alert("bad", call.sentence, "windows", call.window) for call in calls if not call.is_seen)


def _day_alerts(hall: HallRows) -> tuple[Alert, ...]:
    day = hall.day
    return () if day.is_open else (Alert("warn", day.sentence + " " + _("F8 opens it."), "day"),)


def _queue_alerts(queues: Sequence[QueueRow]) -> Iterable[Alert]:
    for row in queues:
        if row.overdue:
            words = plural_form(
                row.overdue, _("{name}: {count} task overdue"), _("{name}: {count} tasks overdue")
            ).format(name=row.name, count=row.overdue)
            yield Alert("bad", words, "departments", row.organ)
        elif row.level == "warn":
            words = plural_form(
                row.due_soon, _("{name}: {count} task due soon"), _("{name}: {count} tasks due soon")
            ).format(name=row.name, count=row.due_soon)
            yield Alert("warn", words, "departments", row.organ)


def _category_alerts(categories: Sequence[CategoryRow]) -> Iterable[Alert]:
    for row in categories:
        if not row.has_window:
            words = _("{name}: {count} waiting, and no window is open for them")
            yield Alert(row.level, words.format(name=row.name, count=row.waiting), "waiting", row.id)
        elif row.level in ("bad", "warn"):
            words = (
                _("{name}: longest {age} > {limit} min")
                if row.level == "bad"
                else _("{name}: longest {age} of {limit} min")
            )
            yield Alert(
                row.level, words.format(name=row.name, age=row.longest, limit=row.promise_minutes), "waiting", row.id
            )


def _window_alerts(windows: Sequence[WindowRow]) -> Iterable[Alert]:
    for row in windows:
        if row.level == "warn" and row.seconds is not None and row.usual_seconds is not None:
            words = _("{window}: {ticket} takes {minutes} min, usually {usual}")
            minutes, usual = row.seconds // 60, max(1, round(row.usual_seconds / 60))
            text = words.format(window=row.name, ticket=row.ticket, minutes=minutes, usual=usual)
            yield Alert("warn", text, "windows", row.id)


def _paper_alerts(tx: Transaction) -> Iterable[Alert]:
    for row in tx.query_all("cases.papers_overdue_by_organ"):
        words = plural_form(
            row["many"],
            _("{name}: {count} task whose papers were not brought in time"),
            _("{name}: {count} tasks whose papers were not brought in time"),
        )
        name = localize_organ_name(tx.get("organs", id=row["organ"]))
        yield Alert("bad", words.format(name=name, count=row["many"]), "departments", row["organ"])


def _statutory_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Return alerts for joint cases past their limit, and for deemed approvals whose notice was not given in time."""
    late = tx.query_one("cases.past_joint_limit", now=office.corrected_now, most=COUNT_LIMIT)
    if late is not None and late["many"]:
        words = plural_form(
            late["many"],
            _("{count} case past the limit of joint handling (45 working days, art. 42)"),
            _("{count} cases past the limit of joint handling (45 working days, art. 42)"),
        )
        yield Alert("bad", words.format(count=late["many"]), "departments")
    for row in tx.query_all("cases.unprinted_deemed_approvals", now=office.corrected_now):
        words = plural_form(
            row["many"],
            _("{name}: {count} matter approved by lapse of time, its notice not printed in time"),
            _("{name}: {count} matters approved by lapse of time, their notices not printed in time"),
        )
        name = localize_organ_name(tx.get("organs", id=row["organ"]))
        yield Alert("bad", words.format(name=name, count=row["many"]), "departments", row["organ"])


def _escalation_alerts(tx: Transaction) -> Iterable[Alert]:
    """Return an alert for each organ that has to act on overdue tasks, with the step of the chain."""
    rows = tx.query_all("cases.open_escalations", most=COUNT_LIMIT)
    for (organ, addressee, step), many in sorted(
        Counter((row["organ"], row["addressee"], row["step"]) for row in rows).items()
    ):
        words = (
            _("{name}: {count} approved by the lapse of time, not acknowledged yet")
            if step == DEEMED
            else plural_form(
                many,
                _("{name}: {count} overdue task escalated to {addressee} ({step})"),
                _("{name}: {count} overdue tasks escalated to {addressee} ({step})"),
            )
        )
        names = (localize_organ_name(tx.get("organs", id=name), name) for name in (organ, addressee))
        name, to = names
        sentence = words.format(name=name, count=many, addressee=to, step=translate(STEP_NAMES[step]))
        yield Alert("bad", sentence, "departments", organ)


def _wait_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Return an alert for each organ that waits for offices outside longer than it has stated."""
    for row in tx.query_all("cases.overdue_waits_by_organ", now=office.corrected_now):
        words = plural_form(
            row["many"],
            _("{name}: {count} task waits for another office longer than stated"),
            _("{name}: {count} tasks wait for another office longer than stated"),
        )
        name = localize_organ_name(tx.get("organs", id=row["organ"]))
        yield Alert("bad", words.format(name=name, count=row["many"]), "departments", row["organ"])


def _objection_alerts(tx: Transaction, zone: str) -> Iterable[Alert]:
    """Return an alert for each objection; those for which results wait are bad."""
    words = _("Case {number}: {sentence}")
    single, groups = read_objections(tx, zone)

    def level(waits: bool) -> Level:
        return "bad" if waits else "warn"

    yield from build_rows(
        single,
        lambda row: Alert(
            level(do_results_wait(tx, row)),
            words.format(number=row["case_number"], sentence=describe_objection(tx, row, zone)),
            "connection",
            f"objection:{row['case_number']}:{row['number']}",
        ),
        lambda row: Alert(
            "warn", words.format(number=row["case_number"], sentence=translate(CANNOT_BE_DISPLAYED)), "connection"
        ),
        lambda row: f"objection {row['number']} of case {row['case_number']}",
    )
    for group in groups:
        yield Alert("bad", group.sentence(), "connection", group.id)


def _rejection_alerts(office: Office, tx: Transaction, zone: str) -> Iterable[Alert]:
    """Return an alert for each rejected acceptance or other entry; it is bad after its term."""
    rows = {f"acceptance:{row['id']}": row["due_at"] for row in tx.query_all("cases.rejected_to_settle")}
    words = _("Rejected (Ctrl+O): {act}, {sentence}")
    for work in read_rejected_acceptances(tx, zone, office.corrected_now):
        level: Level = "bad" if rows[work.id] < office.corrected_now else "warn"
        yield Alert(level, words.format(act=work.action, sentence=work.sentence), "connection", work.id)


def _late_case_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Return an alert for cases past their promised date: each of their open tasks may be within its own term."""
    row = tx.query_one("cases.count_past_promise", now=office.corrected_now, most=COUNT_LIMIT)
    if row is not None and row["many"]:
        yield Alert(
            "bad",
            plural_form(
                row["many"], _("{count} case past the promised date"), _("{count} cases past the promised date")
            ).format(count=row["many"]),
            "departments",
        )


def _promise_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Return an alert for each organ with promises whose date is near or has passed."""
    now = office.corrected_now
    for row in tx.query_all("promises.count_due_by_organ", now=now, moment=now + _PROMISE_SOON):
        name = localize_organ_name(tx.get("organs", id=row["organ"]))
        if row["overdue"]:
            words = plural_form(
                row["overdue"], _("{name}: {count} promise overdue"), _("{name}: {count} promises overdue")
            )
            yield Alert("bad", words.format(name=name, count=row["overdue"]), "departments", row["organ"])
        else:
            words = plural_form(
                row["many"], _("{name}: {count} promise due soon"), _("{name}: {count} promises due soon")
            )
            yield Alert("warn", words.format(name=name, count=row["many"]), "departments", row["organ"])


def _outage_alerts(office: Office, tx: Transaction, zone: str) -> Iterable[Alert]:
    """Return an alert with the age of what is shown while the center is out of reach."""
    if not read_connection_facts(office, tx).is_reachable:
        known = format_data_time(read_data_time(office, tx), office.corrected_now, zone)
        words = _("The center is out of reach: departments and hall {as_of}.")
        yield Alert("warn", words.format(as_of=known), "connection")
