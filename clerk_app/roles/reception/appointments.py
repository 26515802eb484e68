"""Reads the appointments of the hall's day for the reception: times, categories, and whether somebody has come."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.hall.day_state import find_open_day
from clerk_app.locales import _
from clerk_app.roles.formatting import format_time
from clerk_app.views.reception import AppointmentRow
from db.engines import Transaction


def read_appointments(office: Office, tx: Transaction, names: dict[str, str]) -> tuple[AppointmentRow, ...]:
    """Return the appointments of the open service day, else of today; `names` are those of the categories."""
    hall = office.settings.hall
    current = find_open_day(tx, hall)
    day = current["day"] if current is not None else f"{office.local_time():%Y-%m-%d}"
    words = {
        "booked": _("expected"),
        "arrived": _("has come"),
        "cancelled": _("cancelled"),
        "missed": _("nobody came"),
    }
    return tuple(
        AppointmentRow(
            id=row["id"],
            time="-".join(format_time(office.local_time(row[end])) for end in ("slot_from", "slot_to")),
            category=names.get(row["category"], str(row["category"])),
            state=words.get(row["state"], ""),
            ticket=str(row["ticket"]).rpartition("/")[2],
            is_expected=row["state"] == "booked",
        )
        for row in tx.select("appointments", hall=hall, day=day, order=("slot_from", "id"))
    )
