"""Actions of citizens at the kiosks of a simulated city."""

from __future__ import annotations

from random import Random

from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from tests.simulation.clerks import ActionResult
from tests.simulation.ground_truth import GroundTruth
from tests.simulation.programs import SimulatedNode


def take_ticket(node: SimulatedNode, truth: GroundTruth, rng: Random) -> ActionResult:
    """Take a ticket at a kiosk."""
    kiosk = f"kiosk-{node.spec.node}"
    priority = rng.choice(("ordinary", "ordinary", "elderly", "appointment"))
    command = PrepareTicket(hall=node.spec.hall, category=rng.choice("AB"), priority=priority)
    prepared = node.perform(command, kiosk)
    printed = rng.random() < 0.9
    node.perform(RecordSlipPrint(ticket=prepared.ticket, printed=printed), kiosk)
    if printed:
        truth.slips[prepared.ticket] = node.spec.node
    return prepared.number
