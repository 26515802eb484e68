"""The top line of every screen: it tells the truth about connection, what waits, and how fresh the lists are."""

from __future__ import annotations

from clerk_app.desk import ListAge, Status
from clerk_app.desks.line_view import connection, line_facts, lists
from clerk_app.desks.office import Office
from clerk_app.locales import _
from db.engines import Transaction

SLOW = 0.3  # seconds for one flush; a sound disk needs a few thousandths


def status(office: Office, look: Transaction, *, place: str, person: str, waiting: int) -> Status:
    """The line for one desk. Stand-alone, the store is its own center and nothing waits to be sent."""
    facts = line_facts(office, look)
    words, level = connection(office, facts)
    return Status(
        office=office.settings.name.say(),
        place=place,
        person=person,
        connection=words,
        connection_level=level,
        unsent=facts.waiting,
        lists=(*lists(office, facts), *_disk(office)),
        waiting=waiting,
        now=office.wall(),
        returned=facts.returned,
    )


def _disk(office: Office) -> tuple[ListAge, ...]:
    """A disk that makes everybody wait is named before it fails."""
    took = office.store.flush_seconds
    if took < SLOW:
        return ()
    return (ListAge(_("disk"), _("slow, {ms} ms").format(ms=round(took * 1000)), "warn"),)
