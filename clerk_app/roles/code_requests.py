"""Requests of citizens at kiosks for a signed code on paper, for the clerk who compares the person's document."""

from __future__ import annotations

from clerk_app.citizen.code_slips import list_open_requests
from clerk_app.composition.office import Office
from clerk_app.locales import localize_name
from clerk_app.roles.formatting import format_time
from clerk_app.views.shared import OpenCodeRequest
from db.engines import Transaction


def read_code_requests(office: Office, tx: Transaction) -> tuple[OpenCodeRequest, ...]:
    """Return the requests of the hall that wait for a clerk, oldest first. They have no name of a person."""
    return tuple(
        OpenCodeRequest(
            row["id"],
            row["number"],
            format_time(office.local_time(row["asked_at"])),
            _name_kiosk(tx, row["node"]),
        )
        for row in list_open_requests(tx, office.settings.hall, office.corrected_now)
    )


def _name_kiosk(tx: Transaction, node: str) -> str:
    """Return the name of a kiosk; its id where this machine does not hold the name."""
    known = tx.get("nodes", id=node)
    return localize_name(known["name"]) if known is not None and known["name"] else node
