"""The time of this machine for the screens: a question when it is not plausible, and its correction."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.catalogue.publication import load_newest
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.clock_check import ClockProblem, CorrectClock, find_clock_problem
from clerk_app.locales import _
from clerk_app.views import ClockQuestion
from db.engines import Transaction

_FORMAT = "%Y-%m-%d %H:%M"


def read_clock_problem(office: Office, tx: Transaction) -> ClockProblem | None:
    """Return why the time of this machine is not plausible; None if it is."""
    if office.door.authority is not None:
        return find_clock_problem(tx, office.now, office.door.authority.clock_offset())
    return find_clock_problem(tx, office.now, 0, _read_calendar_end(tx))


def _read_calendar_end(tx: Transaction) -> int | None:
    """Return the end of the last year with a published calendar; None without one."""
    try:
        catalogue = load_newest(tx)
    except BadData:  # no catalogue was published yet
        return None
    years = [calendar.year for calendar in catalogue.calendars if calendar.published]
    return end_of_day(date(max(years), 12, 31), catalogue.time_zone) if years else None


def read_clock_question(office: Office) -> ClockQuestion | None:
    """Return the question for the person at this machine; None if the time is plausible."""
    with office.store.read() as tx:
        problem = read_clock_problem(office, tx)
    if problem is None:
        return None
    zone = office.catalogue().time_zone
    shown, known = (to_local_time(moment, zone).strftime(_FORMAT) for moment in (problem.now, problem.known_at))
    sentence = _("The clock of this machine shows {shown}, but it was {known} before. Which date and time is it now?")
    if problem.kind == "ahead":
        sentence = _("The clock of this machine shows {shown}; the last contact was {known}. Is that right?")
    elif problem.kind == "beyond_calendar":
        sentence = _("The clock of this machine shows {shown}; the published calendar ended {known}. Is that right?")
    return ClockQuestion(
        sentence=sentence.format(shown=shown, known=known), value=known if problem.kind == "behind" else shown
    )


def set_clock(office: Office, text: str, actor: str) -> None:
    """Record the date and time that a person has read elsewhere, as YYYY-MM-DD HH:MM in the time zone of the city."""
    try:
        local = datetime.strptime(" ".join(text.split()), _FORMAT).replace(
            tzinfo=ZoneInfo(office.catalogue().time_zone)
        )
    except ValueError:
        raise BadData("Write date and time like this: {example}", example="2026-11-28 09:30") from None
    corrected = office.door.perform(
        CorrectClock(machine_time=office.now, time=round(local.timestamp()) * 1_000_000), actor
    )
    if office.door.authority is not None:
        office.door.authority.use_clock_offset(corrected.clock_offset)


def require_plausible_clock(office: Office) -> None:
    """Raise Refused while the time of this machine is not plausible: receipts and periods would get wrong dates."""
    with office.store.read() as tx:
        if read_clock_problem(office, tx) is not None:
            raise Refused("clock", "The clock of this machine is wrong. Ctrl+O sets date and time, then try again.")
