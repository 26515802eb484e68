"""Alerts of the supervisor on received cases: not completed in time, or not answered and in need of a person."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.intake.deemed_acceptance import find_obstacle
from clerk_app.composition.office import Office
from clerk_app.locales import _, mark, translate
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import Alert
from db.engines import Row, Transaction

_DAY = 86_400_000_000  # microseconds
_OBSTACLES = {
    "": mark("the schedule accepts it"),
    "applicant": mark("its applicant is not known"),
    "matters": mark("no matter of it is known"),
    "print": mark("nobody has answered whether the notice was printed"),
}


def received_alerts(office: Office, tx: Transaction) -> Iterable[Alert]:
    """Yield an alert for each received case past a date, or to be answered within a day."""
    zone, now = office.catalogue_frame().time_zone, office.corrected_now
    rows = [row for row in tx.select("received_records", order=("case_number",)) if _due(row) < now + _DAY]
    yield from build_rows(
        rows,
        lambda row: _build_alert(tx, row, now, zone),
        lambda row: Alert(
            "bad",
            _("Case {number}: {sentence}").format(number=row["case_number"], sentence=translate(CANNOT_BE_DISPLAYED)),
            "departments",
        ),
        lambda row: f"received case {row['case_number']}",
    )


def _due(row: Row) -> int:
    return int(row["bring_until"] or row["answer_due_at"])


def _build_alert(tx: Transaction, row: Row, now: int, zone: str) -> Alert:
    day, number = to_local_time(_due(row), zone).date().isoformat(), row["case_number"]
    is_late = _due(row) < now
    level: Level = "bad" if is_late else "warn"
    if row["bring_until"] is not None:
        late = _("Case {number}: the rest was not brought until {day}. Contact the citizen; more time or its end: E.")
        soon = _("Case {number}: the rest can be brought until {day}.")
        return Alert(
            "bad" if is_late else "warn", (late if is_late else soon).format(number=number, day=day), "departments"
        )
    case = tx.get("cases", number=number)
    reason = translate(_OBSTACLES[find_obstacle(tx, case) if case is not None else "applicant"])
    late = _("Case {number} was to be answered until {day}: by law it counts as accepted; {reason}.")
    soon = _("Case {number} is to be answered until {day}: print the notice of what is missing.")
    words = late.format(number=number, day=day, reason=reason) if is_late else soon.format(number=number, day=day)
    return Alert(level, words, "departments")
