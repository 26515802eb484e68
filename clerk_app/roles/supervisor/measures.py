"""Measures of the hall's days for the supervisor: read at the center, shown by group, written as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from clerk_app.cases.visit_causes import CAUSE_NAMES
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.hall.day_measures import Figures, MeasureRow
from clerk_app.hall.day_report import DayMeasured, QueryDayMeasures, prepare_report
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.csv_file import write_csv
from clerk_app.roles.measure_table import build_table, describe_materials, percent, read_names
from clerk_app.text.cleaning import clean_text
from clerk_app.views.measures import GROUPS, DayMeasures, MeasureLine
from clerk_app.views.plots import DayPlot

_HOUR = 60  # minutes


class MeasureReader:
    """Reads the measures of a hall for one person, and keeps the report that was read last."""

    def __init__(self, office: Office, staff: str) -> None:
        self._office, self._staff = office, staff
        self._read: DayMeasured | None = None

    def read(self, day: str) -> DayMeasures:
        """Return the measures of a day. The query is recorded. Raises OutOfReach, Refused."""
        hall = self._office.settings.hall
        if self._office.door.authority is None:  # a center has prepared its reports at its start
            with self._office.store.read() as tx:
                prepare_report(tx)
        try:
            report = self._office.door.perform(QueryDayMeasures(hall=hall, day=day), self._staff)
        except OutOfReach as error:
            raise OutOfReach("The measures of a day are read at the center, which is out of reach.") from error
        self._read = report
        with self._office.store.read() as tx:
            names = read_names(self._office, tx)
        lines = {
            group: tuple(
                _build_line(row, names.get(group, {}).get(row.key) or _name_hour(row))
                for row in report.rows
                if row.grouping == group
            )
            for group in GROUPS
        }
        total = next(row for row in report.rows if row.grouping == "all")
        return DayMeasures(
            day=report.day,
            is_open=report.is_open,
            read_at=self._office.local_time().strftime("%H:%M"),
            total=_build_line(total, _("whole hall")),
            groups=lines,
            sentences=tuple(_describe(report)),
            plots=_build_plots(lines["hour"]),
            days=report.days,
            file=str(Path.home() / f"measures-{report.day}.csv"),
        )

    def write(self, day: str, file: str) -> str:
        """Write the measures of a day as CSV; return a message. Raises BadData if the file cannot be written."""
        if self._read is None or self._read.day != day:
            self.read(day)
        path = Path(clean_text(file)).expanduser()
        with self._office.store.read() as tx:
            rows = build_table(self._office, tx, self._read) if self._read is not None else []
        try:
            write_csv(path, rows)
        except OSError as error:
            raise BadData("{file} cannot be written.", file=str(path)) from error
        return _("Written: {file}").format(file=path)


def _build_line(row: MeasureRow, name: str) -> MeasureLine:
    return MeasureLine(
        key=row.key,
        name=name,
        visits=row.visits,
        wait=_minutes(row.wait),
        way=_minutes(row.way),
        service=_minutes(row.service),
        idle=None if row.idle is None else row.idle / 60,
        unserved=row.unserved,
        requeued=row.requeued,
    )


def _minutes(figures: Figures) -> tuple[float | None, float | None]:
    median, p90 = (None if value is None else value / 60 for value in (figures.median, figures.p90))
    return median, p90


def _name_hour(row: MeasureRow) -> str:
    return f"{row.key}:00" if row.grouping == "hour" else row.key


def _describe(report: DayMeasured) -> list[str]:
    """Return sentences about the visits of cases, and about the estimated waits."""
    sentences = []
    if report.cases:
        words = _("Somebody came for {count} cases; {percent} % of them needed at most one visit so far, as promised.")
        share = percent(report.cases - report.cases_beyond, report.cases)
        sentences.append(words.format(count=report.cases, percent=share))
    causes = [
        _("{cause} {count}, of these {beyond} not the first").format(
            cause=translate(CAUSE_NAMES.get(each.cause, each.cause)), count=each.visits, beyond=each.beyond
        )
        for each in report.causes
    ]
    if causes:
        sentences.append(_("Visits by cause: {causes}.").format(causes=format_list(causes, ";")))
    sentences += describe_materials(report)
    if report.estimated:
        words = _("Estimated waits: {percent} % of {count} inside the range.")
        sentences.append(words.format(percent=percent(report.inside, report.estimated), count=report.estimated))
    return sentences


def _build_plots(hours: Sequence[MeasureLine]) -> tuple[DayPlot, ...]:
    """Return the plots of waits and visits over the hours; none before the first visit."""
    if not hours:
        return ()
    first, last = int(hours[0].key), int(hours[-1].key)
    known = {int(line.key): line for line in hours}
    count = last - first + 1
    lines = [known.get(hour) for hour in range(first, last + 1)]
    waits = DayPlot(
        begin=first * _HOUR,
        step=_HOUR,
        intervals=count,
        bars=tuple(None if line is None else line.wait[1] for line in lines),
        dots=tuple(None if line is None else line.wait[0] for line in lines),
        bars_name=_("wait, 90 % quantile"),
        dots_name=_("median"),
        unit=_("min"),
    )
    visits = DayPlot(
        begin=first * _HOUR,
        step=_HOUR,
        intervals=count,
        bars=tuple(0 if line is None else float(line.visits) for line in lines),
        dots=tuple(0 if line is None else float(line.unserved) for line in lines),
        bars_name=_("visits"),
        dots_name=_("without service"),
        unit=_("visits"),
    )
    return waits, visits
