"""Formatting of texts, dates and ages for people, in the current language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.tasks.consent_withdrawals import CONSENT_WITHDRAWN
from clerk_app.catalogue.stock_reasons import select_stock_reasons
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.locales import _, current_language, format_list, plural_form
from clerk_app.people.masking import mask_name
from clerk_app.text.durations import format_age, format_duration
from clerk_app.views.shared import Level, Option
from db.engines import Row
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.cases.status_query import RequestedMaterial
    from clerk_app.catalogue.model import Catalogue, ReasonAct, Text

ORGANISATION = "organisation"
"""Kind of a party whose name is public."""


def localize(text: Text) -> str:
    """Return a text of the catalogue in the current language."""
    return text.in_language("en" if current_language() == "en" else "zh")


def localize_organ_name(organ: Row | None, default: str = "") -> str:
    """Return the name of an organ in the current language; `default` if the organ is not in this store."""
    return str(organ["name_en" if current_language() == "en" else "name_zh"]) if organ else default


def format_party_name(name: str | None, kind: str) -> str:
    """Return the name of a party for screens and papers that others can read: that of a natural person is masked."""
    return name or "" if kind == ORGANISATION else mask_name(name)


def format_holder_name(name: str | None, number: str | None) -> str:
    """Return the name of the holder of a code, masked unless `number` is that of an organisation (a credit code)."""
    return format_party_name(name, ORGANISATION if is_credit_code(number or "") else "person")


def list_reasons(catalogue: Catalogue, codes: Iterable[str], text: str) -> tuple[str, ...]:
    """Return the stored reasons of an act in the current language.

    `codes` are ids of stock reasons of `catalogue`, the one of the case; `text` has the others, one a line.
    """
    stock = {reason.id: reason.text for reason in catalogue.stock_reasons}
    return (
        *(localize(stock[code]) if code in stock else _describe_own_reason(code) for code in codes),
        *(line for line in text.splitlines() if line.strip()),
    )


def _describe_own_reason(code: str) -> str:
    """Return the sentence of a reason of the program, otherwise the code."""
    if code == CONSENT_WITHDRAWN:
        return _("The consent to fetch it from the city's records was withdrawn: bring it on paper.")
    return code


def list_stock_reasons(catalogue: Catalogue, act: ReasonAct, matter: str = "") -> tuple[Option, ...]:
    """Return the stock reasons that are offered for an act; `matter` is the one that is decided."""
    return tuple(Option(reason.id, localize(reason.text)) for reason in select_stock_reasons(catalogue, act, matter))


def format_reasons(catalogue: Catalogue, codes: Iterable[str], text: str) -> str:
    """Return the stored reasons of an act as one line, see `list_reasons`."""
    return format_list(list_reasons(catalogue, codes, text), ";")


def format_request(catalogue: Catalogue, request: RequestedMaterial) -> str:
    """Return one line: the name of a requested material, the reasons of the request, and its legal basis, if any."""
    try:
        name = localize(catalogue.material(request.material).name)
    except KeyError:  # the version of the case does not have it
        name = request.material
    reasons = list_reasons(catalogue, request.reason_codes, request.reason)
    basis = _("not on the list of this matter; legal basis: {basis}").format(basis=request.legal_basis)
    return format_list((name, format_list((*reasons, basis) if request.legal_basis else reasons, ";")), ":")


def format_stored_reasons(catalogue: Catalogue, row: Row) -> str:
    """Return the reasons of a decision or a request for papers as one line; `row` is of that table."""
    return format_reasons(catalogue, decode_json_list(row["reason_codes"]), row["reason"])


def format_due_day(moment: int | None, zone: str, *, expected: bool = False) -> str:
    """Return the local day of a due time (microseconds UTC); empty for None.

    `expected` marks the day as expected, because its calendar of working days is not published yet.
    """
    if moment is None:
        return ""
    day = to_local_time(moment, zone).date().isoformat()
    return _("{day} (expected)").format(day=day) if expected else day


def format_promise(
    promised_at: int | None, first_at: int | None, zone: str, *, expected: bool, is_open: bool, now: int = 0
) -> str:
    """Return the promised day of a case, and the day promised at its acceptance if that was another one.

    Times are microseconds UTC. Without `promised_at`, the clock of a task is paused; `is_open` is false for a case
    that has ended. A day before `now` is marked as passed while the case is open.
    """
    first = format_due_day(first_at, zone)
    if promised_at is None and not is_open:
        return first
    if promised_at is None:
        return _("a new date when the time limit runs again (at first {first})").format(first=first) if first else ""
    day = format_due_day(promised_at, zone, expected=expected)
    if is_open and promised_at < now:
        day = _("{day} (passed)").format(day=day)
    if not first or first == format_due_day(promised_at, zone):
        return day
    return _("{day}; at first {first}").format(day=day, first=first)


def format_elapsed(then: int, now: int) -> str:
    """Return the time between two moments (microseconds UTC) in words."""
    return format_age(timedelta(microseconds=max(0, now - then)))


def format_short_age(then: int, now: int) -> str:
    """Return the time between two moments (microseconds UTC), short enough for a column of a table."""
    return format_duration(timedelta(microseconds=max(0, now - then)))


def format_time(moment: datetime) -> str:
    """Return the time of day as HH:MM."""
    return moment.strftime("%H:%M")


def format_data_time(data_time: int | None, now: int, zone: str) -> str:
    """Return how current the shown data are; `data_time` is when the center was last asked, None if it never was.

    Times are microseconds UTC. A time of another day is shown with its date.
    """
    if data_time is None:
        return _("as of this machine alone; the center was not reached yet")
    known, today = to_local_time(data_time, zone), to_local_time(now, zone).date()
    return _("as of {time}").format(time=known.strftime("%H:%M" if known.date() == today else "%Y-%m-%d %H:%M"))


def format_days_left(days: int) -> str:
    """Return the working days left (negative: overdue) in words."""
    if days < 0:
        return _("1 day over") if days == -1 else _("{count} days over").format(count=-days)
    if days == 0:
        return _("due today")
    return _("1 day left") if days == 1 else _("{count} days left").format(count=days)


def format_working_days(days: int) -> str:
    """Return a number of working days in words; 0 is the same day."""
    if days == 0:
        return _("on the same day")
    return plural_form(days, _("{count} working day"), _("{count} working days")).format(count=days)


def urgency_level(days: int, due_soon_days: int) -> Level:
    """Return the severity for a number of working days left. A task is due soon if at most `due_soon_days` are left."""
    return "bad" if days < 0 else "warn" if days <= due_soon_days else "good"


def describe_consent(how: str) -> str:
    """Return how the citizen's consent to the use of a licence was confirmed, or that it was refused."""
    return {
        "scan": _("consent confirmed by a second scan"),
        "signed": _("consent signed by the citizen"),
        "kiosk": _("consent given at a kiosk, with a code that the center verified"),
        "declined": _("consent declined"),
        "withdrawn": _("consent withdrawn"),
    }.get(how, _("consent stated by the clerk"))
