"""Figures of one finished case, computed from its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.cases.measured.days import TaskSpan, build_span, measure_case
from clerk_app.cases.measured.figures import CaseFigures
from clerk_app.catalogue.publication import load_frame, load_part, read_calendar
from clerk_app.errors import BadData
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.model import Catalogue
    from db.case_reports import FinishedRows

MOST_CASES = 20_000  # newest finished cases that a report reads
_DECIDED = ("approved", "refused", "referred", "sent_back")
_HANDED_OVER = ("hand_over", "part_hand_over")


class CaseCatalogues:
    """The parts of catalogues and the calendars of cases, each read once: a report has thousands of cases."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._read: dict[tuple[str, int, str], tuple[Catalogue, LegalCalendar] | None] = {}

    def find(self, catalogue: str, version: int, one_thing: str) -> tuple[Catalogue, LegalCalendar] | None:
        """Return the part of a version with a one thing, and its calendar; None if it cannot be read."""
        key = (catalogue, version, one_thing)
        if key not in self._read:
            try:
                part = load_part(self._tx, *key)
                self._read[key] = (part, read_calendar(self._tx, part))
            except BadData:
                self._read[key] = None
        return self._read[key]


def read_period(tx: Transaction, first_day: str, last_day: str) -> tuple[int, int]:
    """Return begin and end of a period of local days in microseconds UTC; the end is not part of it. Raises BadData."""
    try:
        first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
    except ValueError as error:
        raise BadData("A day is written as YYYY-MM-DD.") from error
    if last < first:
        raise BadData("The last day {last} is before the first day {first}.", first=first_day, last=last_day)
    zone = load_frame(tx).time_zone
    return end_of_day(first - timedelta(days=1), zone) + 1, end_of_day(last, zone) + 1


def measure_rows(catalogues: CaseCatalogues, rows: FinishedRows) -> CaseFigures | None:
    """Return the figures of a finished case; None if its catalogue cannot be read."""
    case, parts = rows
    found = catalogues.find(case["catalogue"], case["catalogue_version"], case["one_thing"])
    if found is None:
        return None
    catalogue, calendar = found
    spans = list(_list_spans(parts["tasks"], parts["supplements"], calendar.zone))
    ended = max((span.ended_at for span in spans), default=case["accepted_at"])
    finished = max((row["issued_at"] for row in parts["issuances"]), default=ended)
    days = measure_case(calendar, case["accepted_at"], finished, spans)
    causes = _list_causes(parts["visits"])
    return CaseFigures(
        days=days.counted,
        calendar_days=days.calendar,
        steps=_count_steps(case, parts),
        papers=sum(row["how"] == "paper" for row in parts["materials"]),
        papers_apart=_count_papers_apart(catalogue, parts["matters"]),
        decisions=sum(row["state"] in _DECIDED for row in parts["tasks"]),
        causes=tuple(causes.values()),
        is_kept=_is_kept(case, finished, calendar),
        promised_days=_count_promised(case, calendar),
    )


def _list_spans(tasks: Sequence[Row], supplements: Sequence[Row], zone: str) -> Iterator[TaskSpan]:
    for task in tasks:
        own = [row for row in supplements if row["task"] == task["id"]]
        span = build_span(task, own, zone) if task["state"] in _DECIDED else None
        if span is not None:
            yield span


def _list_causes(visits: Sequence[Row]) -> dict[str, list[str]]:
    causes: dict[str, list[str]] = {}
    for row in sorted(visits, key=lambda row: (row["at"], row["visit"], row["cause"])):
        causes.setdefault(row["visit"], []).append(row["cause"])
    return causes


def _count_steps(case: Row, parts: dict[str, list[Row]]) -> int:
    brought = {
        row["answered_at"]
        for row in parts["supplements"]
        if not row["kind"] and row["answered_at"] is not None and not row["term_ended"]
    }
    on_the_spot = any(row["visit"] == case["visit"] and row["cause"] in _HANDED_OVER for row in parts["visits"])
    return 1 + len(brought) + len(parts["deliveries"]) - on_the_spot


def _count_papers_apart(catalogue: Catalogue, matters: Sequence[Row]) -> int:
    """Return how many materials the matters of a case need, each for itself."""
    count = 0
    for row in matters:
        if not row["dropped"]:
            matter = catalogue.matter(row["matter"])
            changed = matter.variants[row["variant"]].materials if row["variant"] >= 0 else None
            count += len(matter.materials if changed is None else changed)
    return count


def _count_promised(case: Row, calendar: LegalCalendar) -> int:
    if case["first_promised_at"] is None:
        return 0
    days = (to_local_time(at, calendar.zone).date() for at in (case["accepted_at"], case["first_promised_at"]))
    return calendar.working.count_between(*days)


def _is_kept(case: Row, finished: int, calendar: LegalCalendar) -> bool:
    promised = case["promised_at"]
    last, limit = (to_local_time(at, calendar.zone).date() for at in (finished, promised or finished))
    return last <= limit
