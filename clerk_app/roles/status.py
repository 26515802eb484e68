"""Reads the top line of every screen: connection, unsent entries, ages of the lists, warning of a slow disk."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.roles.clock import read_clock_problem
from clerk_app.roles.connection_view import (
    describe_connection,
    list_connection_forms,
    read_connection_facts,
    read_list_ages,
)
from clerk_app.views.shared import Status
from db.engines import Transaction


def read_status(
    office: Office, tx: Transaction, *, place: str, person: str, waiting: int | None, papers: int = 0
) -> Status:
    """Read the top line of a screen. A store that is its own center has no unsent entries.

    `papers` is the number of documents that were not printed yet.
    """
    facts = read_connection_facts(office, tx)
    sentence, level = describe_connection(office, facts)
    rejected_at, rejection = 0, ""
    if facts.rejected:
        from clerk_app.roles.rejected_work import describe_newest_rejection  # imports most commands

        rejected_at, rejection = describe_newest_rejection(tx)
    return Status(
        office=office.settings.name.localized(),
        place=place,
        person=person,
        connection=sentence,
        connection_level=level,
        connection_forms=list_connection_forms(office, facts),
        unsent=facts.unsent,
        lists=read_list_ages(office, facts),
        waiting=waiting,
        papers=papers,
        now=office.local_time(),
        rejected=facts.rejected,
        rejected_at=rejected_at,
        rejection=rejection,
        clock_wrong=read_clock_problem(office, tx) is not None,
    )
