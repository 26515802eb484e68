"""The day by which the results of a decided case are made out, in words."""

from __future__ import annotations

from clerk_app.cases.case_dates import compute_results_day
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue.publication import read_calendar
from clerk_app.locales import _
from db.engines import Transaction


def describe_results_day(tx: Transaction, case: CaseRecord) -> str:
    """Return the day by which the results of a decided case are made out, marked if that is later than promised."""
    zone = case.catalogue.time_zone
    day = compute_results_day(read_calendar(tx, case.catalogue), case)
    if day is None:
        return ""
    promised = case.row["promised_at"]
    is_late = promised is not None and day > to_local_time(promised, zone).date()
    return _("{day} (later than promised)").format(day=day.isoformat()) if is_late else day.isoformat()
