"""The top line of every screen: it tells the truth about connection, what waits, and how fresh the lists are."""

from __future__ import annotations

from clerk_app.desk import Level, ListAge, Status
from clerk_app.desks.office import Office
from clerk_app.licences.reasons import ListFault, age_in_words
from clerk_app.locales import _
from db.engines import Transaction

_HOUR = 3600
_AMBER_HOURS, _RED_HOURS = 24, 24 * 7


def status(office: Office, look: Transaction, *, place: str, person: str, waiting: int) -> Status:
    """The line for one desk. Stand-alone, the store is its own center and nothing waits to be sent."""
    unsent = look.one("ledger.unanswered")
    return Status(
        office=office.settings.name.say(),
        place=place,
        person=person,
        connection=_("own center"),
        connection_level="good",
        unsent=int(unsent["many"]) if unsent else 0,
        lists=(_trust_age(office),),
        waiting=waiting,
        now=office.wall(),
    )


def _trust_age(office: Office) -> ListAge:
    trust, _status = office.trust()
    if isinstance(trust, ListFault):
        return ListAge(_("trust list"), _("missing"), "bad")
    age = trust.age(office.utc)
    hours = age.total_seconds() / _HOUR
    level: Level = "good" if hours < _AMBER_HOURS else "warn" if hours < _RED_HOURS else "bad"
    return ListAge(_("trust list"), age_in_words(age), level)
