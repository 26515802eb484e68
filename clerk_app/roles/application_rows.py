"""Rows of the applications from outside that wait: for the list of the counter and that of the supervisor."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from clerk_app.cases.applications.content import OPENED, SOURCES
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue import publication
from clerk_app.errors import BadData
from clerk_app.locales import _, localize_name, plural_form, translate
from clerk_app.roles.formatting import format_due_day, localize
from clerk_app.views.applications import ApplicationRow
from clerk_app.views.shared import Level
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.cases.applications.queries import WaitingApplication


def build_application_row(tx: Transaction, found: WaitingApplication, now: int) -> ApplicationRow:
    """Build the row of an application that waits; `now` is in microseconds UTC."""
    zone = publication.load_frame(tx).time_zone
    try:
        one_thing = localize(
            publication.load_part(tx, found.catalogue, found.version, found.one_thing).one_thing(found.one_thing).name
        )
    except (BadData, LookupError):  # the version is not in this store
        one_thing = found.one_thing
    return ApplicationRow(
        number=found.number,
        one_thing=one_thing,
        source=translate(SOURCES.get(found.source, found.source)),
        received=found.received_on,
        due=describe_due(found.due_at, now, zone, expected=found.due_expected),
        level=due_level(found.due_at, now, zone),
        state=_describe_state(tx, found),
        findings=found.findings,
        age=_describe_age((to_local_time(now, zone).date() - date.fromisoformat(found.received_on)).days),
        assigned=_describe_assignment(tx, found),
        window=found.window,
        is_overdue=found.due_at < now,
    )


def _describe_age(days: int) -> str:
    if not days:
        return _("arrived today")
    return plural_form(days, _("{count} day old"), _("{count} days old")).format(count=days)


def _describe_state(tx: Transaction, found: WaitingApplication) -> str:
    if found.state != OPENED:
        return _("not opened")
    clerk = tx.get("staff", id=found.opened_by)
    return _("open: {clerk}").format(clerk=clerk["name"]) if clerk is not None else _("open at a window")


def _describe_assignment(tx: Transaction, found: WaitingApplication) -> str:
    window = tx.get("windows", id=found.window) if found.window else None
    if not found.window:
        return ""
    name = localize_name(window["name"]) if window is not None else found.window
    return _("given to {window}").format(window=name)


def describe_due(due_at: int, now: int, zone: str, *, expected: bool = False) -> str:
    """Return the day until which an application is to be answered, and whether it has passed."""
    day = format_due_day(due_at, zone, expected=expected)
    return _("{day} (passed)").format(day=day) if due_at < now else day


def due_level(due_at: int, now: int, zone: str) -> Level:
    """Return "bad" after the period, "warn" on its last day."""
    if due_at < now:
        return "bad"
    return "warn" if to_local_time(due_at, zone).date() == to_local_time(now, zone).date() else "good"


def describe_consequence(received: str, *, is_overdue: bool) -> str:
    """Return what the law makes of an application that is not answered in its period; `received` is an ISO date."""
    if is_overdue:
        sentence = _(
            "Its period has ended: by law it counts as accepted since {day} (Administrative Licensing Law, art. 32). "
            "Accept it: its terms run from that day."
        )
    else:
        sentence = _("If it is not answered in time, it counts as accepted since {day}.")
    return sentence.format(day=received)
