"""The measured reductions of a period, and the query by which a supervisor's machine reads them at the authority.

The report has no personal data. The entry of the query is the record of who read it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import ClassVar

from msgspec.structs import replace

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.measured.cases import MOST_CASES, CaseCatalogues, measure_rows, read_period
from clerk_app.cases.measured.figures import CaseFigures, OneThingMeasured, summarise
from clerk_app.cases.measured.promises import PromiseProposal, propose_promises
from clerk_app.cases.measured.quarters import find_quarter
from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

_ASKED_CASES, _ASKED_TASKS = 1_000, 4_000
"""Newest cases and tasks that the query of a machine reads: it holds the lock of the log meanwhile."""

RULES = RuleSet()


class ReductionsMeasured(CommandDecision, frozen=True, kw_only=True):
    """The measured one things, by id. `is_cut` is true if there were more finished cases than the report reads.

    `unreadable` cases were accepted under a catalogue that this program cannot read; they are in no figure. Better
    promises are proposed for the whole city if the period is a quarter that has ended.
    """

    stored_name: ClassVar[str] = "ReductionsMeasured"
    first_day: str
    last_day: str
    one_things: tuple[OneThingMeasured, ...] = ()
    is_cut: bool = False
    unreadable: int = 0
    proposals: tuple[PromiseProposal, ...] = ()


class QueryReductions(Command[ReductionsMeasured], frozen=True, kw_only=True):
    """Asks for the measured reductions of the cases whose results were handed over from one day to another."""

    stored_name: ClassVar[str] = "QueryReductions"
    first_day: str  # YYYY-MM-DD, in the zone of the city
    last_day: str


def report_reductions(
    tx: Transaction, first_day: str, last_day: str, centre: str = "", most_cases: int = MOST_CASES
) -> ReductionsMeasured:
    """Return the reductions of the cases finished in a period that `centre` accepted; without it, of all centres.

    The newest cases are read, at most `most_cases`. Raises BadData if a day is not a date, or the last day is before
    the first.
    """
    from db.case_reports import read_finished_cases  # imported here, because SQLModel slows the start of a window

    begin, end = read_period(tx, first_day, last_day)
    figures: dict[str, list[CaseFigures]] = defaultdict(list)
    catalogues, count, unreadable = CaseCatalogues(tx), 0, 0
    for rows in read_finished_cases(tx, begin, end, centre, most_cases + 1):
        count += 1
        if count > most_cases:
            break
        measured = measure_rows(catalogues, rows)
        if measured is None:
            unreadable += 1
            continue
        figures[rows.case["one_thing"]].append(measured)
    return ReductionsMeasured(
        first_day=first_day,
        last_day=last_day,
        one_things=tuple(summarise(name, cases) for name, cases in sorted(figures.items())),
        is_cut=count > most_cases,
        unreadable=unreadable,
    )


def _decide(tx: Transaction, command: QueryReductions, moment: Moment) -> ReductionsMeasured:
    centre = moment.actor.organ or "" if moment.actor.role == Role.SUPERVISOR else ""
    try:
        report = report_reductions(tx, command.first_day, command.last_day, centre, _ASKED_CASES)
        today = to_local_time(moment.decided_at, load_frame(tx).time_zone).date()
        if not is_full_quarter(command.first_day, command.last_day, today):
            return report
        return replace(report, proposals=_propose(tx, command))
    except BadData as error:
        raise Refused("day", error.sentence, **error.facts) from error


def _propose(tx: Transaction, command: QueryReductions) -> tuple[PromiseProposal, ...]:
    days = command.first_day, command.last_day
    return propose_promises(tx, *days, most_cases=_ASKED_CASES, most_tasks=_ASKED_TASKS)


def is_full_quarter(first_day: str, last_day: str, today: date) -> bool:
    """Return whether a period is a quarter of a year that has ended."""
    first, last = date.fromisoformat(first_day), date.fromisoformat(last_day)
    quarter = find_quarter(first)
    return (quarter.first_day, quarter.last_day) == (first, last) and last < today


@RULES.register(
    QueryReductions,
    ReductionsMeasured,
    permission="case.measure",
    roles=(Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Reductions of a period read"),
    decide=_decide,
    stream=lambda command, _: f"reductions/{command.first_day}",
    placement=Placement.REMOTE,
    max_bytes=1000,
)
def _apply(_tx: Transaction, _entry: Entry[QueryReductions, ReductionsMeasured]) -> None:
    """Write nothing: the entry is the record that the figures were read."""
