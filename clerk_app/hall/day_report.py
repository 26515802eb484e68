"""The report of a hall's service day, and the query by which a supervisor's machine reads it at the authority.

The machine of a supervisor holds no visit. The report has no personal data of citizens; of the staff it has the figures
of each clerk. The entry of the query is the record of who read them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import BadData, Refused
from clerk_app.hall.day_measures import MeasureRow, compute_measures
from clerk_app.hall.estimate_inputs import measure_coverage, read_estimated_tickets, read_widening
from clerk_app.hall.service_days import require_own_site
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

if TYPE_CHECKING:
    from db.hall_reports import ReportedCause

LISTED_DAYS = 30  # newest days that can be chosen
PROMISED_VISITS = 1  # a case needs at most so many visits
_SECOND = 1_000_000  # microseconds

RULES = RuleSet()


class CauseCount(MessagePart, frozen=True, kw_only=True):
    """Visits of the day with a cause, and how many of them were beyond the promised number of visits of their case.

    A visit with several causes counts for each.
    """

    cause: str
    visits: int
    beyond: int = 0


class MaterialCount(MessagePart, frozen=True, kw_only=True):
    """Materials of the cases accepted on the day that were given in one way: `how` of `materials`.

    `paper_code` is why paper was taken although the city holds the licence; empty for all others.
    """

    how: str
    count: int
    paper_code: str = ""


class DayMeasured(CommandDecision, frozen=True, kw_only=True):
    """The measures of a service day. `days` are those that can be asked for, the newest first.

    `cases` is how many cases somebody came for on this day, `cases_beyond` how many of them needed more visits so far
    than the city promises. `estimated` tickets had an estimated wait, of which `inside` waits were in the range.
    """

    stored_name: ClassVar[str] = "DayMeasured"
    day: str
    is_open: bool = False
    rows: tuple[MeasureRow, ...] = ()
    cases: int = 0
    cases_beyond: int = 0
    causes: tuple[CauseCount, ...] = ()
    estimated: int = 0
    inside: int = 0
    days: tuple[str, ...] = ()
    materials: tuple[MaterialCount, ...] = ()


class QueryDayMeasures(Command[DayMeasured], frozen=True, kw_only=True):
    """Asks for the measures of a service day of a hall: of the newest one without `day`."""

    stored_name: ClassVar[str] = "QueryDayMeasures"
    hall: str
    day: str = ""


def prepare_report(tx: Transaction) -> None:
    """Import the table classes that `report_day` reads, and compile its first query: together up to a second.

    Otherwise the first `QueryDayMeasures` of a program does this while it holds the lock of the log.
    """
    from db.hall_reports import list_days  # imported here, because SQLModel slows the start of a window

    list_days(tx, "", 1)


def report_day(tx: Transaction, hall: str, day: str, now: int) -> DayMeasured:
    """Return the measures of a service day at `now` (microseconds UTC). Raises BadData without such a day."""
    from db.hall_reports import list_days, read_day  # imported here, because SQLModel slows the start of a window

    listed = list_days(tx, hall, LISTED_DAYS)
    chosen = next(iter(list_days(tx, hall, 1, day) if day else listed), None)
    if chosen is None:
        raise BadData("The hall has no service day {day}.", day=day)
    rows = read_day(tx, chosen)
    zone = ZoneInfo(load_frame(tx).time_zone)
    coverage = measure_coverage(read_estimated_tickets(tx, hall, chosen.day), read_widening(tx, hall, chosen.day))
    beyond, causes = count_causes(rows.causes, chosen.opened_at, chosen.until)
    return DayMeasured(
        day=chosen.day,
        is_open=chosen.state == "open",
        rows=tuple(
            compute_measures(rows, now, lambda at: datetime.fromtimestamp(at / _SECOND, UTC).astimezone(zone).hour)
        ),
        cases=len({cause.case_number for cause in rows.causes}),
        cases_beyond=beyond,
        causes=causes,
        estimated=coverage.count,
        inside=coverage.inside,
        days=tuple(each.day for each in listed),
        materials=tuple(
            MaterialCount(how=row["how"], count=row["many"], paper_code=row["paper_code"])
            for row in tx.query_all("hall.materials_of_day", hall=hall, begin=chosen.opened_at, until=chosen.until)
        ),
    )


def count_causes(rows: Sequence[ReportedCause], begin: int, end: int) -> tuple[int, tuple[CauseCount, ...]]:
    """Return how many of these cases had more visits than promised, and the visits from `begin` to `end` by cause.

    `rows` are all visits of the cases, in the order of time.
    """
    visits: dict[str, list[str]] = defaultdict(list)  # of each case, the first one first
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        known = visits[row.case_number]
        if row.visit not in known:
            known.append(row.visit)
        if begin <= row.at <= end:
            counts[row.cause][0] += 1
            counts[row.cause][1] += known.index(row.visit) >= PROMISED_VISITS
    beyond = sum(len(known) > PROMISED_VISITS for known in visits.values())
    return beyond, tuple(
        CauseCount(cause=cause, visits=count, beyond=further) for cause, (count, further) in sorted(counts.items())
    )


def _decide(tx: Transaction, command: QueryDayMeasures, moment: Moment) -> DayMeasured:
    require_own_site(tx, command.hall, moment)
    try:
        return report_day(tx, command.hall, command.day, moment.decided_at)
    except BadData as error:
        raise Refused("day", "The hall has no service day {day}.", day=command.day) from error


@RULES.register(
    QueryDayMeasures,
    DayMeasured,
    permission="hall.measure",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Measures of a day read"),
    decide=_decide,
    stream=lambda command, _: f"measures/{command.hall}",
    placement=Placement.REMOTE,
    max_bytes=1000,
)
def _apply(_tx: Transaction, _entry: Entry[QueryDayMeasures, DayMeasured]) -> None:
    """Write nothing: the entry is the record that the measures were read."""
