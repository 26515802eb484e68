"""Reads the measures of the newest service day of the sample office."""

from __future__ import annotations

from clerk_app.hall.day_measures import MeasureRow
from clerk_app.hall.day_report import report_day
from tests.office import SampleOffice
from tests.sample_data import HALL


def measure(office: SampleOffice, grouping: str = "all") -> dict[str, MeasureRow]:
    """Return the measures of a grouping by key."""
    with office.store.read() as tx:
        report = report_day(tx, HALL, "", office.office.now)
    return {row.key: row for row in report.rows if row.grouping == grouping}
