"""Reads the top line of every screen: connection, unsent entries, ages of the lists, warning of a slow disk."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.roles.clock import read_clock_problem
from clerk_app.roles.connection_view import describe_connection, read_connection_facts, read_list_ages
from clerk_app.views import ListAge, Status
from db.engines import Transaction

SLOW_FLUSH_SECONDS = 0.3  # a flush that takes longer is slow; a healthy disk needs a few milliseconds


def read_status(
    office: Office, tx: Transaction, *, place: str, person: str, waiting: int | None, papers: int = 0
) -> Status:
    """Read the top line of a screen. A store that is its own center has no unsent entries.

    `papers` is the number of documents that were not printed yet.
    """
    facts = read_connection_facts(office, tx)
    sentence, level = describe_connection(office, facts)
    return Status(
        office=office.settings.name.localized(),
        place=place,
        person=person,
        connection=sentence,
        connection_level=level,
        unsent=facts.unsent,
        lists=(*read_list_ages(office, facts), *_slow_disk(office)),
        waiting=waiting,
        papers=papers,
        now=office.local_time(),
        rejected=facts.rejected,
        clock_wrong=read_clock_problem(office, tx) is not None,
    )


def _slow_disk(office: Office) -> tuple[ListAge, ...]:
    """Return a warning if the last flush was slow, because a failing disk often becomes slow before it fails."""
    seconds = office.store.flush_seconds
    if seconds < SLOW_FLUSH_SECONDS:
        return ()
    return (ListAge(_("disk"), _("slow, {ms} ms").format(ms=round(seconds * 1000)), "warn"),)
