"""Calls from kiosks as sentences, for the reception and supervisors."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.hall.kiosk_calls import list_kiosk_calls
from clerk_app.locales import _, localize_name
from clerk_app.roles.formatting import format_time
from clerk_app.views.shared import KioskCall
from db.engines import Transaction


def read_kiosk_calls(office: Office, tx: Transaction) -> tuple[KioskCall, ...]:
    """Return the calls from kiosks of the hall that nobody has answered, oldest first."""
    rows = list_kiosk_calls(tx, office.settings.hall, office.corrected_now)
    sentence = _("Help is wanted at kiosk {name} since {time}.")
    return tuple(
        KioskCall(
            row["id"],
            sentence.format(name=localize_name(row["name"]), time=format_time(office.local_time(row["called_at"]))),
        )
        for row in rows
    )
