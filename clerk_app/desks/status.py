"""The top line of every screen: it tells the truth about connection, what waits, and how fresh the lists are."""

from __future__ import annotations

from clerk_app.desk import Status
from clerk_app.desks.line_view import connection, line_facts, lists
from clerk_app.desks.office import Office
from db.engines import Transaction


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
        lists=lists(office, facts),
        waiting=waiting,
        now=office.wall(),
        returned=facts.returned,
    )
