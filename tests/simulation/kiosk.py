"""What people do at the kiosks of a simulated city."""

from __future__ import annotations

from datetime import datetime
from random import Random

from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from tests.simulation.clerks import ZONE, ActionResult
from tests.simulation.programs import SimulatedNode


def take_ticket(node: SimulatedNode, chance: Random) -> ActionResult:
    """Somebody takes a ticket at a kiosk."""
    kiosk = f"kiosk-{node.spec.node}"
    today = datetime.fromtimestamp(node.clock() / 1_000_000, ZONE).date().isoformat()
    priority = chance.choice(("ordinary", "ordinary", "elderly", "appointment"))
    asked = PrepareTicket(hall=node.spec.hall, day=today, category=chance.choice("AB"), priority=priority)
    made = node.perform(asked, kiosk)
    node.perform(RecordSlipPrint(ticket=made.ticket, printed=chance.random() < 0.9), kiosk)
    return made.number
