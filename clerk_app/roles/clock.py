"""The time of this machine for the screens: a question when it is not plausible, and its correction."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.catalogue.publication import load_frame
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.clock_check import ClockProblem, CorrectClock, find_clock_problem
from clerk_app.locales import _
from clerk_app.views.connection import ClockQuestion
from db.engines import Transaction

_FORMAT = "%Y-%m-%d %H:%M"


def read_clock_problem(office: Office, tx: Transaction) -> ClockProblem | None:
    """Return why the time of this machine is not plausible; None if it is."""
    if office.door.authority is not None:
        authority = office.door.authority
        is_doubtful = authority.is_clock_offset_doubtful()
        return find_clock_problem(tx, office.now, authority.clock_offset(), is_offset_doubtful=is_doubtful)
    return find_clock_problem(tx, office.now, 0, _read_calendar_end(tx))


def _read_calendar_end(tx: Transaction) -> int | None:
    """Return the end of the last year with a published calendar; None without one."""
    try:
        catalogue = load_frame(tx)
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
    zone = office.catalogue_frame().time_zone
    shown, known = (to_local_time(moment, zone).strftime(_FORMAT) for moment in (problem.now, problem.known_at))
    sentence = _("The clock of this machine shows {shown}, but it was {known} before. Which date and time is it now?")
    if problem.kind == "ahead":
        sentence = _("The clock of this machine shows {shown}; the last contact was {known}. Is that right?")
    elif problem.kind == "beyond_calendar":
        sentence = _("The clock of this machine shows {shown}; the published calendar ended {known}. Is that right?")
    return ClockQuestion(
        sentence=sentence.format(shown=shown, known=known), value=known if problem.kind == "behind" else shown
    )


def ask_sign_in_time(office: Office) -> ClockQuestion:
    """Return the question for a person whose sign-in is too long ago by the time of this machine."""
    zone = office.catalogue_frame().time_zone
    shown = to_local_time(office.corrected_now, zone).strftime(_FORMAT)
    sentence = _(
        "The clock of this machine shows {shown}; by it, your last sign-in with the center is too long ago. Is another "
        "date right? Type date and time. If not, go back, and sign in when the center is in reach again."
    )
    return ClockQuestion(sentence=sentence.format(shown=shown), value=shown)


def parse_time(office: Office, text: str) -> int:
    """Return a time written as YYYY-MM-DD HH:MM in the time zone of the city, in microseconds UTC. Raises BadData."""
    try:
        local = datetime.strptime(" ".join(text.split()), _FORMAT).replace(
            tzinfo=ZoneInfo(office.catalogue_frame().time_zone)
        )
    except ValueError:
        raise BadData("Write date and time like this: {example}", example="2026-11-28 09:30") from None
    return round(local.timestamp()) * 1_000_000


def set_clock(office: Office, text: str, actor: str) -> None:
    """Record the date and time that a person has read elsewhere, as YYYY-MM-DD HH:MM in the time zone of the city."""
    record_time(office, parse_time(office, text), actor)


def record_time(office: Office, time: int, actor: str) -> None:
    """Record the time that a person has read elsewhere (microseconds UTC). Raises Refused for an impossible one."""
    corrected = office.door.perform(CorrectClock(machine_time=office.now, time=time), actor)
    if office.door.authority is not None:
        office.door.authority.use_clock_offset(corrected.clock_offset)


def require_plausible_clock(office: Office) -> None:
    """Raise Refused while the time of this machine is not plausible: receipts and periods would get wrong dates."""
    with office.store.read() as tx:
        if read_clock_problem(office, tx) is not None:
            raise Refused("clock", "The clock of this machine is wrong. Ctrl+O sets date and time, then try again.")
