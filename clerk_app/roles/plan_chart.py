"""Draws the plan of a one thing as lines of text: parallel tracks, the same matters in turn, and the critical path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan
from clerk_app.catalogue.plan_course import MatterCourse, PlanCourse, project_course
from clerk_app.locales import _, format_list, plural_form
from clerk_app.roles.formatting import localize
from clerk_app.views.tracks import TRACK_SYMBOLS

_ORGAN_WIDTH = 100  # cells of a chart from which it has a column for the organ
_LEAST_BAR = 20
_MOST_CELLS = 4  # of one working day
_LEAD = 2
_ISSUE = "░"
_PARALLEL = "▒"
_INSTANT = "+"


class _Columns(NamedTuple):
    name: int
    organ: int
    bar: int
    days: int


def draw_plan(catalogue: Catalogue, plan: Plan, width: int) -> Iterator[str]:
    """Yield the lines of the chart, each of at most `width` cells except the sentences at its end."""
    course = project_course(plan)
    yield from _draw_title(catalogue, plan)
    if not course.matters:
        yield _("No matter applies.")
        return
    columns = _measure_columns(catalogue, course, width)
    longest = max(1, course.serial_days, plan.one_thing.promised_days)
    scale = min(float(_MOST_CELLS), (columns.bar - 1) / longest)
    yield ""
    yield _("In parallel: {days} working days; promised: {promised}").format(
        days=course.days, promised=plan.one_thing.promised_days
    )
    yield _draw_axis(columns, scale, longest)
    for matter in course.matters:
        bar = _draw_bar(matter, matter.begins, scale, columns.bar)
        bar = _mark(bar, round(plan.one_thing.promised_days * scale), TRACK_SYMBOLS["promised"])
        yield _draw_row(catalogue, matter, columns, bar, f"{matter.begins}-{matter.issued}")
    yield ""
    yield _("One after another: {days} working days").format(days=course.serial_days)
    yield _draw_axis(columns, scale, longest)
    for matter in course.matters:
        bar = _draw_bar(matter, matter.serial_begins, scale, columns.bar)
        yield _draw_row(catalogue, matter, columns, bar, f"{matter.serial_begins}-{matter.serial_issued}")
    yield ""
    yield from _legend(width)
    yield from describe_course(catalogue, plan, course)


def describe_course(catalogue: Catalogue, plan: Plan, course: PlanCourse) -> Iterator[str]:
    """Yield in words: the critical path, the organ that decides the date, joins, and matters that may not apply."""
    names = {planned.id: localize(planned.matter.name) for planned in plan.matters}
    days_by_organ: dict[str, int] = {}
    by_id = {matter.id: matter for matter in course.matters}
    path = [by_id[name] for name in plan.critical_path]
    for matter in path:
        organ = _organ_name(catalogue, matter)
        days_by_organ[organ] = days_by_organ.get(organ, 0) + matter.issued - matter.begins
    steps = " > ".join(f"{names[matter.id]} ({matter.decided - matter.begins})" for matter in path)
    yield _("Critical path: {path}").format(path=steps)
    last = format_list(f"{_organ_name(catalogue, matter)} ({names[matter.id]})" for matter in course.last)
    yield _("The date is decided by {organ}, on day {day}.").format(organ=last, day=course.days)
    shares = format_list(f"{organ} {days}" for organ, days in days_by_organ.items())
    yield _("Working days on the critical path: {shares}").format(shares=shares)
    before = plan.one_thing.before
    sentence = _("Before the bundle: {steps} steps, {days} working days, {papers} papers, {visits} visits.")
    yield sentence.format(steps=before.steps, days=before.days, papers=before.papers, visits=before.visits)
    joins: dict[str, Callable[[], str]] = {
        "committed": lambda: _("{matter} begins with the written commitment on {before}."),
        "lead": lambda: _("The organ of {matter} decides itself whether to wait for {before}."),
    }
    for planned in plan.active_matters:
        for arrow in planned.after:
            if arrow.join in joins:
                yield joins[arrow.join]().format(matter=names[planned.id], before=names[arrow.matter])
        if planned.applicability_unknown:
            yield _("{matter} may not apply: that depends on the answers.").format(matter=names[planned.id])
    for planned in plan.matters:
        if planned.inapplicable_reason is not None:
            reason = localize(planned.inapplicable_reason)
            yield _("{matter} does not apply: {reason}").format(matter=names[planned.id], reason=reason)
    for exclusion in plan.exclusions:
        together = format_list(names[name] for name in exclusion.matters)
        yield _("Exclude each other: {matters}. {reason}").format(matters=together, reason=localize(exclusion.reason))


def _draw_title(catalogue: Catalogue, plan: Plan) -> Iterator[str]:
    organs = {planned.organ for planned in plan.active_matters}
    count = len(plan.active_matters)
    words = (
        plural_form(count, _("{count} matter"), _("{count} matters")).format(count=count),
        plural_form(len(organs), _("{count} organ"), _("{count} organs")).format(count=len(organs)),
        _("lead: {organ}").format(organ=localize(catalogue.organ(plan.one_thing.lead).name)),
    )
    yield f"{localize(plan.one_thing.name)} ({plan.one_thing.id})"
    yield format_list(words, ";")


def _measure_columns(catalogue: Catalogue, course: PlanCourse, width: int) -> _Columns:
    names = [localize(matter.planned.matter.name) for matter in course.matters]
    organs = [_organ_name(catalogue, matter) for matter in course.matters]
    days = len(f"{course.serial_days}-{course.serial_days}")
    organ = max(map(cell_len, organs)) if width >= _ORGAN_WIDTH else 0
    left = width - _LEAD - days - 3 - (organ + 1 if organ else 0)
    name = min(max(map(cell_len, names)), max(8, left * 2 // 5))
    return _Columns(name, organ, max(_LEAST_BAR, left - name), days)


def _draw_axis(columns: _Columns, scale: float, longest: int) -> str:
    """Return the line with the number of days above the bars."""
    step = next((step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if step * scale >= 5), 1000)
    text = ""
    for day in range(0, longest + 1, step):
        cell = round(day * scale)
        if cell + len(str(day)) <= columns.bar:
            text = text.ljust(cell) + str(day)
    lead = set_cell_size(" " * _LEAD + _("Matter"), _LEAD + columns.name)
    organ = " " + set_cell_size(_("Organ"), columns.organ) if columns.organ else ""
    return f"{lead}{organ} {text}".rstrip()


def _draw_row(catalogue: Catalogue, matter: MatterCourse, columns: _Columns, bar: str, days: str) -> str:
    lead = TRACK_SYMBOLS["critical"] if matter.critical else " "
    lead += "?" if matter.planned.applicability_unknown else " "
    organ = " " + _cut(_organ_name(catalogue, matter), columns.organ) if columns.organ else ""
    return f"{lead}{_cut(localize(matter.planned.matter.name), columns.name)}{organ} {bar} {days:>{columns.days}}"


def _draw_bar(matter: MatterCourse, begins: int, scale: float, cells: int) -> str:
    """Return the bar of a matter that begins on the day `begins`: its handling, then the issue of its result."""
    start, decided = round(begins * scale), round((begins + matter.decided - matter.begins) * scale)
    issued = round((begins + matter.issued - matter.begins) * scale)
    symbol = TRACK_SYMBOLS["done"] if matter.critical else _PARALLEL
    handling = _INSTANT if matter.decided == matter.begins else symbol * max(1, decided - start)
    bar = " " * start + handling
    bar += _ISSUE * max(0, issued - len(bar))
    if matter.follows and start > 0 and begins == matter.begins:
        bar = bar[: start - 1] + TRACK_SYMBOLS["branch"] + bar[start:]
    return bar[:cells].ljust(cells)


def _mark(bar: str, cell: int, symbol: str) -> str:
    """Return the bar with a symbol in a cell that is empty."""
    return bar[:cell] + symbol + bar[cell + 1 :] if cell < len(bar) and bar[cell] == " " else bar


def _legend(width: int) -> Iterator[str]:
    symbols: Sequence[tuple[str, str]] = (
        (f"{TRACK_SYMBOLS['critical']} {TRACK_SYMBOLS['done']}", _("critical path")),
        (_PARALLEL, _("other matters")),
        (_ISSUE, _("result is made out")),
        (_INSTANT, _("on the spot")),
        (TRACK_SYMBOLS["promised"], _("promised")),
    )
    line = ""
    for part in (f"{symbol} {words}" for symbol, words in symbols):
        if line and cell_len(line) + 2 + cell_len(part) > width:
            yield line
            line = ""
        line = f"{line}  {part}" if line else part
    yield line


def _organ_name(catalogue: Catalogue, matter: MatterCourse) -> str:
    return localize(catalogue.organ(matter.planned.organ).name)


def _cut(text: str, cells: int) -> str:
    """Return `text` cut or padded to exactly `cells` cells; a cut text ends in `~`."""
    if cell_len(text) > cells:
        return set_cell_size(set_cell_size(text, max(0, cells - 1)).rstrip() + "~", cells)
    return set_cell_size(text, cells)
