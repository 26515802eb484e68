"""Actions of citizens at the kiosks of a simulated city."""

from __future__ import annotations

from random import Random

from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from tests.simulation.clerks import ActionResult
from tests.simulation.programs import SimulatedNode


def take_ticket(node: SimulatedNode, rng: Random) -> ActionResult:
    """Take a ticket at a kiosk."""
    kiosk = f"kiosk-{node.spec.node}"
    priority = rng.choice(("ordinary", "ordinary", "elderly", "appointment"))
    command = PrepareTicket(hall=node.spec.hall, category=rng.choice("AB"), priority=priority)
    prepared = node.perform(command, kiosk)
    node.perform(RecordSlipPrint(ticket=prepared.ticket, printed=rng.random() < 0.9), kiosk)
    return prepared.number
