"""The measures of a hall's day as a table: printed, or written as CSV."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from clerk_app.cases.paper_reasons import PAPER_CAUSES
from clerk_app.cases.visit_causes import CAUSE_NAMES
from clerk_app.catalogue.publication import read_hall
from clerk_app.composition.office import Office
from clerk_app.locales import _, format_list, localize_name, mark, translate
from clerk_app.roles.formatting import localize
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.hall.day_measures import MeasureRow
    from clerk_app.hall.day_report import DayMeasured

_COLUMNS = (
    mark("group"),
    mark("name"),
    mark("visits"),
    mark("wait mean (min)"),
    mark("wait median (min)"),
    mark("wait 90 % (min)"),
    mark("way mean (min)"),
    mark("way median (min)"),
    mark("way 90 % (min)"),
    mark("service mean (min)"),
    mark("service median (min)"),
    mark("service 90 % (min)"),
    mark("idle (min)"),
    mark("without service"),
    mark("requeued"),
)
_GROUP_NAMES = {
    "all": mark("whole hall"),
    "category": mark("ticket category"),
    "window": mark("window"),
    "clerk": mark("clerk"),
    "hour": mark("hour"),
}

_WAYS = {
    "licence": mark("licence held by the city"),
    "earlier": mark("used again from an earlier case"),
    "paper": mark("on paper"),
}
"""How materials were given, by the values of `materials.how`."""


def build_table(office: Office, tx: Transaction, report: DayMeasured) -> list[list[str]]:
    """Return the titles and the rows of a report; the last rows are about cases and estimates."""
    names = read_names(office, tx)
    rows = [[translate(column) for column in _COLUMNS]]
    rows += [_format_row(row, names.get(row.grouping, {})) for row in report.rows]
    for cause in report.causes:
        name = translate(CAUSE_NAMES.get(cause.cause, cause.cause))
        rows.append([_("visits for cases, by cause"), name, str(cause.visits)])
        rows.append([_("of these beyond the first visit of the case"), name, str(cause.beyond)])
    for material in report.materials:
        name = translate(_WAYS.get(material.how, material.how))
        if material.paper_code:
            name = format_list((name, translate(PAPER_CAUSES.get(material.paper_code, material.paper_code))), ":")
        rows.append([_("materials of cases accepted, by how they were given"), name, str(material.count)])
    promised = percent(report.cases - report.cases_beyond, report.cases)
    return [
        *rows,
        [_("cases that somebody came for"), "", str(report.cases)],
        [_("cases with more than one visit"), "", str(report.cases_beyond)],
        [_("cases with at most one visit, as promised (%)"), str(report.cases), promised],
        [_("waits inside the estimated range (%)"), str(report.estimated), percent(report.inside, report.estimated)],
    ]


def describe_materials(report: DayMeasured) -> list[str]:
    """Return a sentence on how the materials of the accepted cases were given, and on paper that was not needed."""
    if not report.materials:
        return []
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for material in report.materials:
        counts[material.how] += material.count
        if material.paper_code:
            reasons[material.paper_code] += material.count
    ways = format_list(f"{translate(_WAYS.get(how, how))} {count}" for how, count in counts.items())
    sentences = [_("Materials of the cases accepted: {ways}.").format(ways=ways)]
    if reasons:
        why = format_list(
            (f"{translate(PAPER_CAUSES.get(code, code))} {count}" for code, count in reasons.most_common()), ";"
        )
        words = _("Paper was taken {count} times although the city holds the licence: {reasons}.")
        sentences.append(words.format(count=reasons.total(), reasons=why))
    return sentences


def percent(part: int, whole: int) -> str:
    """Return a share in whole percent; empty without anything to share."""
    return str(round(100 * part / whole)) if whole else ""


def read_names(office: Office, tx: Transaction) -> dict[str, dict[str, str]]:
    """Return the names of categories, windows and clerks by group and key."""
    published = read_hall(tx)
    if published is None:
        categories = {each.letter: each.name.localized() for each in office.settings.categories}
    else:
        categories = {each.letter: localize(each.name) for each in published.categories}
    return {
        "category": categories,
        "window": {row["id"]: localize_name(row["name"]) for row in tx.select("windows")},
        "clerk": {row["id"]: localize_name(row["name"]) for row in tx.select("staff")},
    }


def _format_row(row: MeasureRow, names: dict[str, str]) -> list[str]:
    figures = [value for part in (row.wait, row.way, row.service) for value in (part.mean, part.median, part.p90)]
    minutes = ["" if value is None else f"{value / 60:.1f}" for value in (*figures, row.idle)]
    name = names.get(row.key, row.key)
    return [
        translate(_GROUP_NAMES[row.grouping]),
        name,
        str(row.visits),
        *minutes,
        str(row.unserved),
        str(row.requeued),
    ]
