"""The measured reductions next to the published and promised ones: rows for a screen, a table, CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.measured.figures import FEW_CASES, OneThingMeasured, Spread
from clerk_app.cases.measured.promises import PromiseProposal
from clerk_app.cases.measured.report import ReductionsMeasured
from clerk_app.cases.visit_causes import CAUSE_NAMES
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.publication import load_newest_part
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.formatting import localize
from clerk_app.roles.measure_table import percent
from clerk_app.roles.promise_proposals import describe_proposal, find_name
from clerk_app.views.reductions import REDUCTIONS, ReductionFigure, ReductionId, ReductionRow
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import Reductions as PlannedReductions

REDUCTION_NAMES: dict[ReductionId, str] = {
    "days": mark("working days"),
    "steps": mark("steps"),
    "papers": mark("papers"),
    "visits": mark("visits"),
}
_CSV_COLUMNS = (
    mark("before"),
    mark("single matters"),
    mark("promised"),
    mark("measured median"),
    mark("measured 90 %"),
    mark("smallest"),
    mark("largest"),
)


def build_rows(tx: Transaction, report: ReductionsMeasured) -> tuple[ReductionRow, ...]:
    """Return a row for each measured one thing; the figures of the catalogue are those of the version in force."""
    return tuple(_build_row(tx, measured, report.proposals) for measured in report.one_things)


def _build_row(tx: Transaction, measured: OneThingMeasured, proposals: Sequence[PromiseProposal]) -> ReductionRow:
    name, planned = _read_promise(tx, measured.one_thing)
    figures = tuple(_build_figure(planned, which, measured) for which in REDUCTIONS)
    return ReductionRow(
        one_thing=measured.one_thing,
        name=name,
        cases=measured.cases,
        is_few=measured.is_few,
        figures=figures,
        lines=(*_describe(measured, figures), *describe_better(tx, measured.one_thing, proposals)),
    )


def _read_promise(tx: Transaction, one_thing: str) -> tuple[str, PlannedReductions | None]:
    """Return name and reductions of a one thing with the matters proposed without any answer; None if it is gone."""
    try:
        plan = make_plan(load_newest_part(tx, one_thing), one_thing, None, {})
    except BadData:
        return one_thing, None
    return localize(plan.one_thing.name), plan.reductions


def describe_better(tx: Transaction, one_thing: str, proposals: Sequence[PromiseProposal]) -> Iterator[str]:
    """Yield the better promises proposed for a one thing and its matters."""
    if not proposals:
        return
    try:
        part = load_newest_part(tx, one_thing)
    except BadData:
        return
    matters = {matter.id for matter in part.matters}
    for proposal in proposals:
        if proposal.id == one_thing or (proposal.section == "matters" and proposal.id in matters):
            yield describe_proposal(find_name(part, proposal.key), proposal)


def _build_figure(planned: PlannedReductions | None, which: ReductionId, measured: OneThingMeasured) -> ReductionFigure:
    text = format_measured(getattr(measured, which), is_few=measured.is_few)
    if planned is None:
        return ReductionFigure(None, None, None, text)
    before, apart, promised = (getattr(part, which) for part in (planned.published, planned.before, planned.after))
    return ReductionFigure(before, apart, promised, text)


def format_measured(spread: Spread, *, is_few: bool) -> str:
    """Return the median; of few cases the range, because a median would seem certain."""
    if not is_few:
        return str(spread.median)
    return str(spread.low) if spread.low == spread.high else f"{spread.low}–{spread.high}"


def _describe(measured: OneThingMeasured, figures: Sequence[ReductionFigure]) -> Iterator[str]:
    """Yield sentences about the figures of a one thing."""
    if measured.is_few:
        words = _("Few cases ({count}, fewer than {limit}): ranges are shown, no reliable figures.")
        yield words.format(count=measured.cases, limit=FEW_CASES)
    for which, figure in zip(REDUCTIONS, figures, strict=True):
        if figure.promised is None:
            continue
        words = _("{what}: before {before}, as single matters {apart}, promised {promised}, measured {measured}")
        line = words.format(
            what=translate(REDUCTION_NAMES[which]),
            before=figure.before,
            apart=figure.apart,
            promised=figure.promised,
            measured=figure.measured,
        )
        if not measured.is_few:
            line += _(" (90 % within {p90})").format(p90=getattr(measured, which).p90)
        yield line
    yield _("calendar days: {days}; papers the same matters would have asked for one by one: {papers}").format(
        days=format_measured(measured.calendar_days, is_few=measured.is_few),
        papers=format_measured(measured.papers_apart, is_few=measured.is_few),
    )
    yield _("decisions of organs per case: {count}").format(
        count=format_measured(measured.decisions, is_few=measured.is_few)
    )
    yield _("promised day kept: {kept} of {count} cases").format(kept=measured.kept, count=measured.cases)
    yield describe_further(measured)


def describe_further(measured: OneThingMeasured) -> str:
    """Return how many further visits there were, by cause."""
    if not measured.further:
        return _("further visits: none")
    causes = format_list(
        _("{cause} {count}").format(cause=translate(CAUSE_NAMES.get(each.cause, each.cause)), count=each.visits)
        for each in measured.further
    )
    return _("further visits, by cause: {causes}").format(causes=causes)


def describe_report(report: ReductionsMeasured) -> Iterator[str]:
    """Yield sentences about the report as a whole."""
    if not report.one_things:
        yield _("No case of this period has all its results handed over.")
    if report.is_cut:
        read = sum(measured.cases for measured in report.one_things) + report.unreadable
        yield _("More than {count} cases: only the newest are counted.").format(count=read)
    if report.unreadable:
        words = _("Cases accepted under a catalogue that cannot be read, in no figure: {count}.")
        yield words.format(count=report.unreadable)
    if report.proposals:
        words = _("Better promises that this quarter has shown: {count}. They are named at their one things.")
        yield words.format(count=len(report.proposals))


def format_figure(figure: ReductionFigure) -> str:
    """Return before > promised > measured, without the first two if the one thing is no longer offered."""
    known = [value for value in (figure.before, figure.promised) if value is not None]
    return " > ".join([*map(str, known), figure.measured])


def build_table(rows: Sequence[ReductionRow]) -> list[list[str]]:
    """Return a table for a terminal: before > promised > measured of each figure."""
    heading = [_("one thing"), _("cases"), *(translate(REDUCTION_NAMES[which]) for which in REDUCTIONS), _("name")]
    lines = [
        [
            row.one_thing,
            _("{count} (few)").format(count=row.cases) if row.is_few else str(row.cases),
            *map(format_figure, row.figures),
            row.name,
        ]
        for row in rows
    ]
    return [heading, *lines]


def build_csv(report: ReductionsMeasured, rows: Sequence[ReductionRow]) -> list[list[str]]:
    """Return the rows of a CSV file. Of few cases there is no median and no quantile."""
    heading = [_("one thing"), _("name"), _("first day"), _("last day"), _("cases"), _("note")]
    for which in REDUCTIONS:
        heading += [f"{translate(REDUCTION_NAMES[which])}: {translate(column)}" for column in _CSV_COLUMNS]
    heading += [_("calendar days"), _("papers one by one"), _("decisions"), _("promised day kept (%)")]
    heading += [_("further visits, by cause")]
    table = [heading]
    for measured, row in zip(report.one_things, rows, strict=True):
        cells = [row.one_thing, row.name, report.first_day, report.last_day, str(row.cases)]
        cells.append(_("few cases: no reliable figures") if row.is_few else "")
        for which, figure in zip(REDUCTIONS, row.figures, strict=True):
            spread: Spread = getattr(measured, which)
            cells += ["" if value is None else str(value) for value in (figure.before, figure.apart, figure.promised)]
            cells += ["", ""] if row.is_few else [str(spread.median), str(spread.p90)]
            cells += [str(spread.low), str(spread.high)]
        more = (measured.calendar_days, measured.papers_apart, measured.decisions)
        cells += [format_measured(spread, is_few=row.is_few) for spread in more]
        cells += [percent(measured.kept, measured.cases) if not row.is_few else f"{measured.kept}/{measured.cases}"]
        cells.append(describe_further(measured))
        table.append(cells)
    return table


def build_json(report: ReductionsMeasured, rows: Sequence[ReductionRow]) -> dict[str, object]:
    """Return the report as a JSON object; median and 90 % quantile of few cases are null."""
    things = []
    for measured, row in zip(report.one_things, rows, strict=True):
        figures: dict[str, object] = {}
        for which, figure in zip(REDUCTIONS, row.figures, strict=True):
            spread: Spread = getattr(measured, which)
            figures[which] = {
                "before": figure.before,
                "single_matters": figure.apart,
                "promised": figure.promised,
                "measured": {
                    "median": None if row.is_few else spread.median,
                    "p90": None if row.is_few else spread.p90,
                    "low": spread.low,
                    "high": spread.high,
                },
            }
        things.append(
            {
                "one_thing": row.one_thing,
                "name": row.name,
                "cases": row.cases,
                "few_cases": row.is_few,
                "kept": measured.kept,
                **figures,
                "further_visits": {each.cause: each.visits for each in measured.further},
            }
        )
    return {
        "first_day": report.first_day,
        "last_day": report.last_day,
        "one_things": things,
        "cut": report.is_cut,
        "unreadable": report.unreadable,
    }
