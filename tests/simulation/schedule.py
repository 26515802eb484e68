"""The schedule of a simulated center: commands of service days and cases that are due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from clerk_app.cases.applications.opening import list_due_returns
from clerk_app.cases.intake.deemed_acceptance import list_due_acceptances
from clerk_app.cases.intake.received_opening import list_due_received_returns
from clerk_app.cases.promises.records import list_due_ends
from clerk_app.cases.tasks.escalations import list_due_escalations, list_escalations_to_close
from clerk_app.cases.tasks.papers_terms import list_due_terms
from clerk_app.errors import BadData, Refused
from clerk_app.hall.service_days import list_due_commands
from clerk_app.ledger.commands import Command
from clerk_app.people import SCHEDULE
from db.engines import Transaction
from tests.simulation.programs import SimulatedCenter


def perform_due(center: SimulatedCenter, halls: Iterable[str]) -> None:
    """Perform what is due at the center, in the order of the schedule of the program. A refusal changes nothing.

    Raises OutOfReach or SimulatedCrash if the store fails.
    """
    with center.store.read() as tx:
        due: list[Command[Any]] = [command for hall in halls for command in list_due_commands(tx, hall, center.clock())]
        due += list(_list_due_of_cases(tx, center.clock()))
    for command in due:
        try:
            center.door.perform(command, SCHEDULE)
        except (Refused, BadData):
            continue  # the same command was performed for another row, or waits for a person


def _list_due_of_cases(tx: Transaction, now: int) -> Iterator[Command[Any]]:
    yield from list_due_terms(tx, now, "")
    yield from list_due_escalations(tx, now)
    yield from list_escalations_to_close(tx)
    yield from list_due_returns(tx, now, "")
    yield from list_due_ends(tx, now)
    yield from list_due_acceptances(tx, now, "")
    yield from list_due_received_returns(tx, now, "")
