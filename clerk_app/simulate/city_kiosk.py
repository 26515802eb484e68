"""What people do at the kiosks of a simulated city."""

from __future__ import annotations

from datetime import datetime
from random import Random

from clerk_app.hall.tickets import EndSlip, PrepareTicket
from clerk_app.simulate.city_node import Node
from clerk_app.simulate.city_people import ZONE, Done


def take_ticket(node: Node, chance: Random) -> Done:
    """Somebody takes a ticket at a kiosk."""
    kiosk = f"kiosk-{node.place.node}"
    today = datetime.fromtimestamp(node.clock() / 1_000_000, ZONE).date().isoformat()
    priority = chance.choice(("ordinary", "ordinary", "elderly", "appointment"))
    asked = PrepareTicket(hall=node.place.hall, day=today, category=chance.choice("AB"), priority=priority)
    made = node.do(asked, kiosk)
    node.do(EndSlip(ticket=made.ticket, printed=chance.random() < 0.9), kiosk)
    return made.number
