"""Which licences a person may show: the own ones, those that name the person, those of somebody under guardianship."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from clerk_app.catalogue import publication
from db.engines import Row, Transaction


def list_usable_licences(tx: Transaction, person: str, at: int) -> list[Row]:
    """Return the rows of these licences at a time (microseconds UTC), by type.

    A guardian (监护人) is one whom a register has named, between the days of the relation.
    """
    zone = ZoneInfo(publication.load_frame(tx).time_zone)
    today = datetime.fromtimestamp(at / 1_000_000, zone).date()
    return tx.query_all("licences.licences_for_person", person=person, today=today.isoformat())
