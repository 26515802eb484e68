"""The top line of every screen: it tells the truth about connection, what waits, and how fresh the lists are."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.roles.connection_view import describe_connection, read_connection_facts, read_list_ages
from clerk_app.views import ListAge, Status
from db.engines import Transaction

SLOW_FLUSH_SECONDS = 0.3  # seconds for one flush; a sound disk needs a few thousandths


def read_status(office: Office, tx: Transaction, *, place: str, person: str, waiting: int) -> Status:
    """The line for one desk. Stand-alone, the store is its own center and nothing waits to be sent."""
    facts = read_connection_facts(office, tx)
    words, level = describe_connection(office, facts)
    return Status(
        office=office.settings.name.localized(),
        place=place,
        person=person,
        connection=words,
        connection_level=level,
        unsent=facts.unsent,
        lists=(*read_list_ages(office, facts), *_disk(office)),
        waiting=waiting,
        now=office.local_time(),
        rejected=facts.rejected,
    )


def _disk(office: Office) -> tuple[ListAge, ...]:
    """A disk that makes everybody wait is named before it fails."""
    took = office.store.flush_seconds
    if took < SLOW_FLUSH_SECONDS:
        return ()
    return (ListAge(_("disk"), _("slow, {ms} ms").format(ms=round(took * 1000)), "warn"),)
