"""The measured reductions for the supervisor: read at the center, shown by one thing, written as CSV."""

from __future__ import annotations

from pathlib import Path

from clerk_app.cases.measured.quarters import list_quarters, parse_quarter
from clerk_app.cases.measured.report import QueryReductions, ReductionsMeasured
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _
from clerk_app.roles.csv_file import write_csv
from clerk_app.roles.reductions import build_csv, build_rows, describe_report
from clerk_app.text.cleaning import clean_text
from clerk_app.views.reductions import Reductions

_LISTED_QUARTERS = 9


class ReductionReader:
    """Reads the reductions of a quarter for one person, and keeps the report that was read last."""

    def __init__(self, office: Office, staff: str) -> None:
        self._office, self._staff = office, staff
        self._read: tuple[str, ReductionsMeasured] | None = None

    def read(self, period: str) -> Reductions:
        """Return the reductions of a quarter, of the current one without `period`. The query is recorded.

        Raises OutOfReach, Refused.
        """
        quarters = list_quarters(self._office.local_time().date(), _LISTED_QUARTERS)
        quarter = parse_quarter(period) if period else quarters[0]
        query = QueryReductions(first_day=quarter.first_day.isoformat(), last_day=quarter.last_day.isoformat())
        try:
            report = self._office.door.perform(query, self._staff)
        except OutOfReach as error:
            raise OutOfReach("The reductions are read at the center, which is out of reach.") from error
        self._read = (str(quarter), report)
        with self._office.store.read() as tx:
            rows = build_rows(tx, report)
        return Reductions(
            period=str(quarter),
            first_day=report.first_day,
            last_day=report.last_day,
            read_at=self._office.local_time().strftime("%H:%M"),
            rows=rows,
            sentences=tuple(describe_report(report)),
            periods=tuple(map(str, quarters)),
            file=str(Path.home() / f"reductions-{quarter}.csv"),
        )

    def write(self, period: str, file: str) -> str:
        """Write the reductions of a quarter as CSV; return a message. Raises BadData if it cannot be written."""
        if self._read is None or self._read[0] != period:
            self.read(period)
        path = Path(clean_text(file)).expanduser()
        with self._office.store.read() as tx:
            rows = build_csv(self._read[1], build_rows(tx, self._read[1])) if self._read is not None else []
        try:
            write_csv(path, rows)
        except OSError as error:
            raise BadData("{file} cannot be written.", file=str(path)) from error
        return _("Written: {file}").format(file=path)
