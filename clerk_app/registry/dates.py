"""Days of the city."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def local_day(at: int, zone: str) -> str:
    """Return the day (ISO) of a time (microseconds UTC) in an IANA time zone."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).astimezone(ZoneInfo(zone)).date().isoformat()
